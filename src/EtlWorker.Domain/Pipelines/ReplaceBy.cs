namespace EtlWorker.Domain.Pipelines;

/// <summary>How the former rows of a table go when a snapshot replaces them.</summary>
public enum ReplaceBy
{
    /// <summary>By TRUNCATE, the fastest: who reads the table waits from then to the end of the run.</summary>
    Truncate,

    /// <summary>By DELETE: readers never wait, and see the former rows to the end of the run. The load takes longer, and the table's files
    /// grow by the rows of one load.</summary>
    Delete,
}
