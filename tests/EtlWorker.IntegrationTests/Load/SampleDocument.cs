using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtlWorker.Domain.Pipelines;
using EtlWorker.IntegrationTests.Rigging;

namespace EtlWorker.IntegrationTests.Load;

internal enum SampleRowKind
{
    Plain,
    Blank,

    /// <summary>A field too many or too few.</summary>
    Ragged,

    /// <summary>A quote where none may be.</summary>
    Misquoted,

    /// <summary>A CR in a field without quotes, which is a character where lines end in LF or CR LF.</summary>
    BareReturn,
}

/// <param name="Raw">As it stands in the file, without its line end.</param>
/// <param name="Fields">One for each column of the header; null for NULL.</param>
/// <param name="Kind">What is odd about it.</param>
internal sealed record SampleRow(string Raw, IReadOnlyList<string?> Fields, SampleRowKind Kind);

/// <summary>A CSV file of random rows for a table.</summary>
internal sealed class SampleDocument
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _header;
    private readonly string[] _ends;

    private SampleDocument(
        FeedDefinition feed, IReadOnlyList<SampleColumn> columns, string header, IReadOnlyList<SampleRow> rows, string[] ends) =>
        (Feed, Columns, _header, Rows, _ends) = (feed, columns, header, rows, ends);

    public FeedDefinition Feed { get; }

    /// <summary>The columns of the header.</summary>
    public IReadOnlyList<SampleColumn> Columns { get; }

    public IReadOnlyList<SampleRow> Rows { get; }

    /// <summary>Whether the file's first line, and so each line, may end in CR alone.</summary>
    private bool EndsInReturns => _ends[0] == "\r";

    public bool HasMixedEnds => _ends.Where(end => end.Length > 0).Distinct().Count() > 1;

    public byte[] Bytes =>
        SampleText.Bytes(_header + _ends[0] + string.Concat(Rows.Select((row, at) => row.Raw + _ends[at + 1])), Feed.Encoding);

    /// <returns>Which row begins at a line; -1 where none does.</returns>
    public int RowAt(long line)
    {
        var begins = 1 + Lines(_header, EndsInReturns);
        for (var row = 0; row < Rows.Count; row++)
        {
            var ends = begins + Lines(Rows[row].Raw, EndsInReturns);
            if (line == begins || (line < ends && line > begins && Rows[row].Kind == SampleRowKind.Misquoted))
            {
                return row;
            }

            begins = ends;
        }

        return -1;
    }

    /// <summary>The file with some of its rows only, each with its own line end.</summary>
    public byte[] With(IEnumerable<int> rows) =>
        SampleText.Bytes(_header + _ends[0] + string.Concat(rows.Select(row => Rows[row].Raw + _ends[row + 1])), Feed.Encoding);

    /// <summary>A file of one row, without a line end that another could differ from.</summary>
    public byte[] Alone(int row) => SampleText.Bytes($"{_header}\n{Rows[row].Raw}\n", Feed.Encoding);

    /// <summary>Every edge and every near miss of a type, a row each; a quote out of place, a blank line and mixed line ends.</summary>
    public static IEnumerable<SampleDocument> Catalogue(SampleTable table, Random random)
    {
        var type = table.Columns[^1].Type;
        var document = new Writer(random, LoadRig.Feed with { Mode = LoadMode.Append }, quotesMore: false);
        SampleDocument Of(string end, params SampleRow[] rows) => new(
            document.Feed, table.Columns, string.Join(',', table.Columns.Select(column => column.Name)), rows,
            ["\n", .. Enumerable.Repeat(end, rows.Length)]);
        SampleRow Row(string text) => document.Row(table.Columns.Count == 1 ? [text] : ["1", text]);
        var (good, misquoted) = (Row(type.Good(random)), Row("\"a\"b"));
        return
        [
            .. type.Edges.Concat(type.NearMisses).Select(Row).Chunk(10).Select(rows => Of("\n", rows)),
            Of("\n", good, misquoted with { Raw = table.Columns.Count == 1 ? "\"a\"b" : "1,\"a\"b", Kind = SampleRowKind.Misquoted }),
            Of("\r\n", good, good),
            .. table.Columns.Count == 1
                ? Array.Empty<SampleDocument>()
                : [Of("\n", good, new SampleRow("", [], SampleRowKind.Blank), good)],
        ];
    }

    /// <param name="table">For which it is.</param>
    /// <param name="random">Of which it is made.</param>
    /// <param name="most">Rows of a long one, which few are.</param>
    public static SampleDocument Random(SampleTable table, Random random, int most = 2500)
    {
        var end = random.Pick(["\n", "\n", "\r\n", "\r"]);
        var isMixed = random.OneIn(15);
        var document = new Writer(random, LoadRig.Feed with
        {
            Mode = LoadMode.Append,
            Delimiter = random.OneIn(3) ? random.Pick([';', '\t', '|']) : ',',
            Quote = random.OneIn(8) ? '\'' : '"',
            Nulls = [random.OneIn(4) ? random.Pick(["NULL", "\\N", "-"]) : ""],
            Encoding = random.OneIn(10) ? random.Pick([FileEncoding.Latin1, FileEncoding.Windows1252]) : FileEncoding.Utf8,
        }, quotesMore: true)
        { TakesReturns = end != "\r" && !isMixed };
        var columns = table.Columns.Where(column => column.NotNull || !random.OneIn(20)).DefaultIfEmpty(table.Columns[0]).ToArray();
        random.Shuffle(columns);
        // More than half of the files are clean; some are long enough to be sent in several pieces.
        var isLong = random.OneIn(60);
        var dirt = isLong ? 500 : random.Pick([0, 0, 0, 50, 8]);
        var count = isLong ? random.Next(most / 10, most) : random.Next(9);
        var rows = new List<SampleRow>();
        while (rows.Count < count)
        {
            rows.Add(document.Row(columns, dirt));
        }

        if (dirt > 0 && random.OneIn(12))
        {
            rows.Add(document.Misquoted(columns));
        }

        // After a first line that ends in LF or CR LF, a CR alone ends no line.
        string[] others = end == "\r" ? ["\n", "\r\n", "\r"] : ["\n", "\r\n"];
        var ends = Enumerable.Range(0, rows.Count + 1).Select(at => isMixed && at > 0 ? random.Pick(others) : end).ToArray();
        for (var at = 0; at < rows.Count; at++)
        {
            // A lone CR before an empty line that ends in LF would be one line end.
            ends[at + 1] = ends[at] == "\r" && rows[at].Raw.Length == 0 ? "\r" : ends[at + 1];
        }

        ends[^1] = random.OneIn(4) && rows.Count > 0 && rows[^1].Raw.Length > 0 ? "" : ends[^1];
        return new SampleDocument(document.Feed, columns, document.Header(columns), rows, ends);
    }

    public override string ToString()
    {
        var text = JsonSerializer.Serialize(Encoding.Latin1.GetString(Bytes), Readable);
        return $"delimiter {(int)Feed.Delimiter} quote {Feed.Quote} null '{Feed.NullWord()}' {Feed.Encoding}: "
            + $"{text[..Math.Min(text.Length, 3000)]}";
    }

    /// <summary>Lines of a row. Where a CR alone ends no line, one before a CR LF, which may be such a line end, still does.</summary>
    private static long Lines(string raw, bool endsInReturns)
    {
        var text = raw.Replace("\r\n", "\n", StringComparison.Ordinal);
        return 1 + text.Index().Count(one => one.Item == '\n'
            || (one.Item == '\r' && (endsInReturns || (one.Index + 1 < text.Length && text[one.Index + 1] == '\n'))));
    }

    /// <summary>Writes rows as an export tool would, quoting where it must and sometimes where it need not.</summary>
    private sealed class Writer(Random random, FeedDefinition feed, bool quotesMore)
    {
        public FeedDefinition Feed => feed;

        /// <summary>Whether a CR may stand in a field without quotes.</summary>
        public bool TakesReturns { get; init; }

        public string Header(SampleColumn[] columns) => Record([.. columns.Select(column => random.OneIn(8) ? $" {column.Name} "
            : column.Name)]);

        public SampleRow Row(List<string?> fields)
        {
            var raw = Record(fields);
            var (end, all) = ($"{feed.Delimiter}", $"{feed.Delimiter}{raw}{feed.Delimiter}");
            var hasReturn = TakesReturns
                && fields.Any(field => IsBare(field) && all.Contains($"{end}{field}{end}", StringComparison.Ordinal));
            return new SampleRow(raw, fields, IsEmpty(raw) ? SampleRowKind.Blank : hasReturn ? SampleRowKind.BareReturn
                : SampleRowKind.Plain);
        }

        private bool IsEmpty(string raw) => raw.Length > 0 && raw.All(character => character == feed.Delimiter);

        /// <summary>A CR in the midst of a text, that no line feed follows.</summary>
        private static bool IsBare(string? text) => text is not null && text.Contains('\r', StringComparison.Ordinal)
            && !text.EndsWith('\r')
            && !text.Contains('\n', StringComparison.Ordinal);

        /// <param name="columns">Of the header.</param>
        /// <param name="dirt">One field of so many is bad; 0 for none.</param>
        public SampleRow Row(SampleColumn[] columns, int dirt)
        {
            if (random.OneIn(dirt is > 0 and < 500 ? 60 : 1000))
            {
                return new SampleRow(
                    "", columns.Length == 1 ? [feed.NullWord().Length == 0 ? null : ""] : [],
                    columns.Length == 1 ? SampleRowKind.Plain : SampleRowKind.Blank);
            }

            var fields = columns.Select(column => !column.NotNull && random.OneIn(8) || (dirt > 0 && random.OneIn(50)) ? null
                : dirt > 0 && random.OneIn(dirt) ? column.Type.Dirty(random) : column.Type.Clean(random)).ToList();
            if (dirt == 0 || !random.OneIn(60))
            {
                return Row(fields);
            }

            var raw = Record(random.OneIn(2) ? [.. fields, "1"] : fields.Count > 2 ? fields[1..] : [.. fields, null, "x"]);
            return new SampleRow(raw, fields, IsEmpty(raw) ? SampleRowKind.Blank : SampleRowKind.Ragged);
        }

        public SampleRow Misquoted(SampleColumn[] columns)
        {
            var quote = feed.Quote;
            var field = random.Pick(
                [
                    $"a{quote}b{quote}c", $"{quote}a{quote}b", $" {quote}a{quote}", $"{quote}a{quote} ", $"{quote}a", $"a{quote}",
                    $"{quote}{quote}{quote}", $"{quote}a\nb", $"{quote}1{quote}{quote}", $"1{quote}{quote}",
                ]);
            var fields = columns.Select(column => (string?)column.Type.Good(random)).ToList();
            var at = random.Next(columns.Length);
            fields[at] = field;
            return new SampleRow(
                string.Join(feed.Delimiter, fields.Select((text, place) => place == at ? text : Field(text))), fields,
                SampleRowKind.Misquoted);
        }

        private string Record(List<string?> fields) => string.Join(feed.Delimiter, fields.Select(Field));

        private string Field(string? text)
        {
            if (text is null)
            {
                return feed.NullWord();
            }

            var mustQuote = text == feed.NullWord() || text.Contains(feed.Delimiter, StringComparison.Ordinal)
                || text.Contains(feed.Quote, StringComparison.Ordinal) || text.Contains('\n', StringComparison.Ordinal)
                || (text.Contains('\r', StringComparison.Ordinal) && !(TakesReturns && IsBare(text) && random.OneIn(2)));
            return mustQuote || (quotesMore && random.OneIn(5))
                ? $"{feed.Quote}{text.Replace($"{feed.Quote}", $"{feed.Quote}{feed.Quote}", StringComparison.Ordinal)}{feed.Quote}" : text;
        }
    }
}
