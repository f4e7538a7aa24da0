namespace EtlWorker.Storage;

/// <summary>How a load that replaces all rows of a table treats the table's indexes.</summary>
/// <param name="RebuildFrom">The size of a file, in bytes, from which the indexes are made after its rows.</param>
/// <param name="Memory">PostgreSQL's <c>maintenance_work_mem</c> for that, <c>256MB</c>; null: the server's own.</param>
internal sealed record IndexOptions(long RebuildFrom, string? Memory)
{
    /// <summary>1 MiB has some 25,000 rows: for fewer, the statements take longer than they save.</summary>
    public static readonly IndexOptions Default = new(1 << 20, null);
}
