using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Pipelines;

/// <summary>One CSV file that a batch needs, and the staging table that it fills. The table is the schema.</summary>
public sealed record FeedDefinition : ValueFormat, IDropTarget
{
    private readonly ObjectPattern _pattern = new("");

    /// <summary>The feed's name, which stands in keys, notices and the ledger.</summary>
    [Allowed(Pattern = Forms.NamePattern, Form = Forms.Name)]
    public required string Name { get; init; }

    /// <summary>The name that the feed had before: what the ledger has under it is carried over at the next start.</summary>
    [Allowed(Pattern = Forms.NamePattern, Form = Forms.Name)]
    public string? FormerName { get; init; }

    /// <summary>
    /// Exact object key, or a pattern with <c>*</c> (anything but <c>/</c>), <c>{date}</c> (yyyy-MM-dd) or <c>{date:yyyyMMdd}</c>.
    /// </summary>
    public required string Object
    {
        get => _pattern.Text;
        init => _pattern = new ObjectPattern(value);
    }

    ObjectPattern IDropTarget.Pattern => _pattern;

    /// <summary>Schema-qualified table that its rows fill, <c>staging.orders</c>.</summary>
    [Allowed(Pattern = Forms.TablePattern, Form = Forms.Table)]
    public required string Table { get; init; }

    /// <summary>Whether a batch waits for it; one that is not required is loaded when it is there.</summary>
    public bool Required { get; set; } = true;

    /// <summary>What a drop does to the table.</summary>
    public LoadMode Mode { get; set; } = LoadMode.Replace;

    /// <summary>How the former rows go when a snapshot replaces them: by TRUNCATE, or by DELETE, whose lock no reader waits for.</summary>
    public ReplaceBy ReplaceBy { get; set; } = ReplaceBy.Truncate;

    /// <summary>Which files of a snapshot count; null where one key only can match, or where every drop counts.</summary>
    public Parts? Parts { get; init; }

    /// <summary>How many keys a snapshot of all parts has; null where a marker, or a pause, says that it is whole.</summary>
    [Allowed(Minimum = 1)]
    public int? Count { get; init; }

    /// <summary>
    /// Table column to header name, or to what is said of the column; or, for a file without a header, a list of the table's columns.
    /// </summary>
    public FeedColumns Columns { get; set; } = FeedColumns.AsInTable;

    /// <summary>What separates two fields.</summary>
    public char Delimiter { get; set; } = ',';

    /// <summary>What encloses a field that has delimiters, quotes or line breaks in it.</summary>
    public char Quote { get; set; } = '"';

    /// <summary>How many refused rows it may have before the run fails; null: as the pipeline says.</summary>
    public RejectLimit? Rejects { get; init; }

    /// <summary>A required feed with fewer rows than this fails the run: an empty export never wipes good data.</summary>
    [Allowed(Minimum = 0)]
    public long MinRows { get; set; } = 1;

    /// <summary>More rows than this in a run, of all files of the feed together, fail the run; null: no limit.</summary>
    [Allowed(Minimum = 1)]
    public long? MaxRows { get; init; }

    /// <summary>Per cent of the last run's rows; a required snapshot that shrank by more fails the run.</summary>
    [Allowed(Minimum = 0, Maximum = 100)]
    public double MaxShrinkPercent { get; set; } = 50;

    /// <summary>How far its rows may be from the median of its last ten runs, of earlier dates; null: not compared.</summary>
    public VolumeBand? Volume { get; init; }

    /// <summary>An object that comes with each file, and with which the file must agree; null for none.</summary>
    public ManifestDefinition? Manifest { get; init; }

    /// <summary>
    /// The form of one of the lines that <c>skipLastLines</c> leaves out, <c>T;{rows}</c>: its number must be that of the rows.
    /// </summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public string? Trailer { get; init; }

    /// <summary>What a header column that the table does not have means.</summary>
    public UnknownColumns UnknownColumns { get; set; } = UnknownColumns.Warn;

    /// <summary>What a row of nothing but delimiters is.</summary>
    public EmptyRows EmptyRows { get; set; } = EmptyRows.Skip;

    /// <summary>Bytes; a longer record fails the run.</summary>
    [Allowed(Minimum = 1024, Maximum = 64 << 20)]
    public int MaxRecordBytes { get; set; } = 1 << 20;

    /// <summary>Whether a field in quotes may have line breaks; without them a quote that is not closed costs one row.</summary>
    public bool QuotedNewlines { get; set; } = true;

    /// <summary>Of a file without a byte order mark; a mark overrides it.</summary>
    public FileEncoding Encoding { get; set; } = FileEncoding.Utf8;

    /// <summary>Whether the first record names the columns; without one the fields fill the table's columns in its order.</summary>
    public bool Header { get; set; } = true;

    /// <summary>Whether spaces around a field without quotes, and around the quotes of another, are no part of it.</summary>
    public bool Trim { get; init; }

    /// <summary>Whether each row ends with a delimiter behind its last field.</summary>
    public bool TrailingDelimiter { get; init; }

    /// <summary>Lines before the header, or before the first row, that are left out.</summary>
    [Allowed(Minimum = 0, Maximum = 10_000)]
    public int SkipLines { get; init; }

    /// <summary>Lines at the end that are left out; blank lines behind them are not counted.</summary>
    [Allowed(Minimum = 0, Maximum = 1_000)]
    public int SkipLastLines { get; init; }

    /// <summary>A line that begins with this character is left out.</summary>
    [Allowed(Pattern = "^[!-~]$", Form = "one printable ASCII character")]
    public char? Comment { get; init; }

    /// <summary>Whether its files are packed.</summary>
    public Compression Compression { get; set; } = Compression.Auto;

    /// <summary>Bytes; a packed file that unpacks to more fails the run.</summary>
    [Allowed(Minimum = 1)]
    public long MaxUnpackedBytes { get; set; } = 4L << 30;

    /// <summary>Whether all its drops are versions of one key.</summary>
    public bool HasOneKey() => _pattern.IsExact;
}
