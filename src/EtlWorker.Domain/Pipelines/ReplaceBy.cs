namespace EtlWorker.Domain.Pipelines;

/// <summary>How the former rows of a table go when a snapshot replaces them.</summary>
public enum ReplaceBy
{
    /// <summary>By TRUNCATE, the fastest: who reads the table waits from then to the commit.</summary>
    Truncate,

    /// <summary>By DELETE: who reads the table waits for no lock, and sees the former rows until the commit. The load takes several times
    /// as long, and the table twice its room.</summary>
    Delete,
}
