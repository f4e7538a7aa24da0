using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Pipelines;

/// <summary>One CSV file that a batch needs, and the staging table that it fills. The table is the schema.</summary>
public sealed record FeedDefinition : ValueFormat, IDropTarget
{
    private readonly ObjectPattern _pattern = new("");

    public required string Name { get; init; }

    /// <summary>The name that the feed had before: what the ledger has under it is carried over.</summary>
    public string? FormerName { get; init; }

    /// <summary>Exact object key, or a pattern with <c>*</c> and <c>{date}</c>, or <c>{date:yyyyMMdd}</c>.</summary>
    public required string Object
    {
        get => _pattern.Text;
        init => _pattern = new ObjectPattern(value);
    }

    ObjectPattern IDropTarget.Pattern => _pattern;

    /// <summary>Schema-qualified table, <c>staging.orders</c>.</summary>
    public required string Table { get; init; }

    public bool Required { get; set; } = true;

    public LoadMode Mode { get; set; } = LoadMode.Replace;

    /// <summary>Which files of a snapshot count; null where one key only can match, or where every drop counts.</summary>
    public Parts? Parts { get; init; }

    /// <summary>How many keys a snapshot of all parts has; null where a marker, or a pause, says that it is whole.</summary>
    public int? Count { get; init; }

    public FeedColumns Columns { get; set; } = FeedColumns.AsInTable;

    public char Delimiter { get; set; } = ',';

    public char Quote { get; set; } = '"';

    public RejectLimit? Rejects { get; init; }

    /// <summary>A required feed with fewer rows than this fails the run: an empty export never wipes good data.</summary>
    public long MinRows { get; set; } = 1;

    /// <summary>Per cent of the last run's rows; a required snapshot that shrank by more fails the run.</summary>
    public double MaxShrinkPercent { get; set; } = 50;

    public UnknownColumns UnknownColumns { get; set; } = UnknownColumns.Warn;

    public EmptyRows EmptyRows { get; set; } = EmptyRows.Skip;

    /// <summary>Bytes; a longer record fails the run.</summary>
    public int MaxRecordBytes { get; set; } = 1 << 20;

    public bool QuotedNewlines { get; set; } = true;

    public FileEncoding Encoding { get; set; } = FileEncoding.Utf8;

    /// <summary>Whether the first record names the columns; without one the fields fill the table's columns in its order.</summary>
    public bool Header { get; set; } = true;

    /// <summary>Whether spaces around a field without quotes, and around the quotes of another, are no part of it.</summary>
    public bool Trim { get; init; }

    /// <summary>Whether each row ends with a delimiter behind its last field.</summary>
    public bool TrailingDelimiter { get; init; }

    /// <summary>Lines before the header, or before the first row, that are left out.</summary>
    public int SkipLines { get; init; }

    /// <summary>Lines at the end that are left out; blank lines behind them are not counted.</summary>
    public int SkipLastLines { get; init; }

    /// <summary>A line that begins with this character is left out.</summary>
    public char? Comment { get; init; }

    public Compression Compression { get; set; } = Compression.Auto;

    /// <summary>Bytes; a packed file that unpacks to more fails the run.</summary>
    public long MaxUnpackedBytes { get; set; } = 4L << 30;

    /// <summary>Whether all its drops are versions of one key.</summary>
    public bool HasOneKey() => _pattern.IsExact;
}
