namespace EtlWorker.Domain.Pipelines;

/// <summary>One object that an analysis' rows are written to, and how.</summary>
public sealed record ExportDefinition
{
    /// <summary>Object key with <c>{pipeline}</c> and <c>{run_date}</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What separates two fields.</summary>
    public char Delimiter { get; set; } = ',';

    /// <summary>What stands before the fraction of a number: a point or a comma.</summary>
    [Allowed(Words = [".", ","])]
    public char Decimal { get; set; } = '.';

    /// <summary>How the object's text is encoded.</summary>
    public FileEncoding Encoding { get; set; } = FileEncoding.Utf8;

    /// <summary>Whether a byte order mark stands first, by which spreadsheets know Unicode.</summary>
    public bool Bom { get; init; }

    public static implicit operator ExportDefinition(string key) => FromString(key);

    public static ExportDefinition FromString(string key) => new() { Key = key };
}
