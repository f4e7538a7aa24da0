using System.Globalization;
using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>
/// Random tables and documents in random dialects, against PostgreSQL's own COPY of the same values in its own form. What is refused is
/// known from how the document was made.
/// </summary>
public sealed class DialectTests(PostgresServer postgres)
{
    private const int Rows = 60;
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"];
    private static readonly string[][] DateForms = [["dd.MM.yyyy"], ["M/d/yyyy"], ["yyyyMMdd", "dd.MM.yyyy"], ["d MMM yyyy"], ["dd-MM-yy"]];

    private static readonly string[][] TimestampForms =
        [["dd.MM.yyyy HH:mm"], ["M/d/yyyy h:mm:ss tt"], ["yyyyMMddHHmmss"], ["d MMM yyyy H:m:s.fff", "yyyy-MM-dd"]];

    private static readonly string[] Encodings = ["utf-8", "windows-1252", "utf-16", "iso-8859-1", "iso-8859-15"];

    private static readonly string[] Months =
        ["jan", "f\u00e9v", "mar", "avr", "mai", "juin", "juil", "ao\u00fb", "sep", "oct", "nov", "d\u00e9c"];

    [Fact]
    public async Task A_document_in_any_dialect_loads_as_the_same_values_in_PostgreSQLs_form()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        for (var number = 0; number < SampleSize.Documents(60); number++)
        {
            await CompareAsync(rig, SampleSize.Seed + number);
        }
    }

    private static async Task CompareAsync(LoadRig rig, int seed)
    {
        var random = new Random(seed);
        var columns = Enumerable.Range(0, random.Next(1, 7)).Select(index => DialectColumn.Random(random, index))
            .Prepend(new DialectColumn("id", "int")).ToList();
        var feed = Feed(random, columns);
        var document = new StringBuilder();
        var own = new StringBuilder();
        var rejects = new List<string>();
        var line = 1;
        void Write(string text)
        {
            document.Append(text).Append('\n');
            line += text.Count(character => character == '\n') + 1;
        }

        for (var skipped = 0; skipped < feed.SkipLines; skipped++)
        {
            Write("Report \"of");
        }

        if (feed.Header)
        {
            Write(Line(columns.Select(column => Pad(feed.Columns.HeaderOf(column.Name), random, feed)), feed));
        }

        for (var row = 1; row <= Rows; row++)
        {
            var values = columns.Select(column => column.Name == "id"
                ? new DialectValue(row.ToString(CultureInfo.InvariantCulture), row.ToString(CultureInfo.InvariantCulture))
                : column.Value(random, feed.FormatOf(column.Name), feed.Delimiter)).ToList();
            if (feed.Comment is { } comment && random.OneIn(10))
            {
                Write($"{comment} don't \"count");
            }

            if (values.FirstOrDefault(value => value.Code is not null) is { } bad)
            {
                rejects.Add($"{line} {columns[values.IndexOf(bad)].Name} {bad.Code}");
            }
            else
            {
                own.AppendJoin(',', values.Select(value => value.Own is null ? "" : Quoted(value.Own, '"'))).Append('\n');
            }

            Write(Line(values.Zip(columns, (value, column) => Field(value, column, random, feed)), feed));
        }

        for (var skipped = 0; skipped < feed.SkipLastLines; skipped++)
        {
            Write($"Total {skipped} \"");
        }

        document.Append(feed.SkipLastLines > 0 ? "\n \n" : "");
        await rig.ExecuteAsync($"""
            drop table if exists public.feed, public.own;
            create table public.feed ({string.Join(", ", columns.Select(column => $"{column.Name} {column.Type}"))});
            create table public.own ({string.Join(", ", columns.Select(column => $"{column.Name} {column.OwnType}"))});
            """);
        await using (var copy = await rig.Connection.BeginTextImportAsync(
            "copy public.own from stdin (format csv)", TestContext.Current.CancellationToken))
        {
            await copy.WriteAsync(own.ToString());
        }

        var bytes = Encoding.GetEncoding(feed.Encoding.Name).GetBytes(document.ToString());
        var loaded = await rig.LoadAsync(bytes, feed, new RejectLimit { Max = Rows, MaxPercent = 100 });

        var theirs = $"select {string.Join(", ", columns.Select(column => column.Name))} from public.feed";
        var ours = "select " + string.Join(", ", columns.Select(column => column.Type == "timestamptz"
            ? $"{column.Name} at time zone '{feed.FormatOf(column.Name).TimeZone}'"
            : column.Name)) + " from public.own";
        var differences = await rig.QueryAsync<string[]>(
            "select coalesce(array_agg(row::text), array[]::text[]) from "
                + $"(({theirs} except all {ours}) union all ({ours} except all {theirs})) row");
        var context = $"seed {seed}: {feed}\n{document}";
        Assert.True(differences.Length == 0, $"{context}\n{string.Join('\n', differences)}");
        Assert.True(rejects.SequenceEqual(loaded.Rejects), $"{context}\nexpected {string.Join("; ", rejects)}\n"
            + $"got {string.Join("; ", loaded.Rejects)}");
    }

    private static FeedDefinition Feed(Random random, List<DialectColumn> columns)
    {
        var isComma = random.OneIn(2);
        var hasHeader = !random.OneIn(4);
        var named = columns.Where(column => column.Name != "id" && random.OneIn(4)).ToDictionary(
            column => column.Name,
            column => new ColumnDefinition
            {
                Name = hasHeader && random.OneIn(2) ? $"Head {column.Name}" : null,
                Nulls = ["NULL", ""],
            });
        return LoadRig.Feed with
        {
            Delimiter = random.Pick([',', ';', '\t', '|', '\u001f']),
            Header = hasHeader,
            Decimal = isComma ? ',' : null,
            Thousands = random.OneIn(2) ? null : isComma ? random.Pick(['.', ' ', '\'']) : random.Pick([',', ' ', '\'']),
            Dates = random.OneIn(3) ? null : random.Pick(DateForms),
            Timestamps = random.OneIn(3) ? null : random.Pick(TimestampForms),
            Times = random.OneIn(2) ? null : ["h:mm:ss tt"],
            Months = random.OneIn(3) ? Months : null,
            PivotYear = random.Pick([1999, 2030, 2049]),
            TimeZone = random.Pick(Zones),
            Fractions = random.OneIn(2) ? Fractions.Truncate : null,
            Booleans = random.OneIn(2) ? ["Y/N", "oui/non"] : null,
            Trim = random.OneIn(3),
            TrailingDelimiter = random.OneIn(4),
            SkipLines = random.OneIn(3) ? random.Next(1, 4) : 0,
            SkipLastLines = random.OneIn(3) ? random.Next(1, 3) : 0,
            Comment = random.OneIn(3) ? '#' : null,
            Encoding = FileEncoding.Find(random.Pick(Encodings))!,
            Columns = hasHeader || named.Count > 0
                ? FeedColumns.Named(named)
                : FeedColumns.Ordered([.. columns.Select(column => column.Name)]),
        };
    }

    private static string Line(IEnumerable<string> fields, FeedDefinition feed) =>
        string.Join(feed.Delimiter, fields) + (feed.TrailingDelimiter ? feed.Delimiter : "");

    private static string Field(DialectValue value, DialectColumn column, Random random, FeedDefinition feed)
    {
        if (value.Theirs is not { } text)
        {
            return Pad(random.Pick(feed.FormatOf(column.Name).Nulls ?? [""]), random, feed);
        }

        var mustQuote = text.Contains(feed.Delimiter, StringComparison.Ordinal) || text.Contains('\n', StringComparison.Ordinal)
            || text.StartsWith('#') || random.OneIn(5);
        return Pad(mustQuote ? Quoted(text, '"') : text, random, feed);
    }

    private static string Pad(string text, Random random, FeedDefinition feed) =>
        feed.Trim && random.OneIn(2) ? $"{(feed.Comment is null ? " " : "")}{text}  " : text;

    private static string Quoted(string text, char quote) => $"{quote}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}{quote}";
}
