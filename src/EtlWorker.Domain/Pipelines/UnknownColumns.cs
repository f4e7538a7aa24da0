namespace EtlWorker.Domain.Pipelines;

/// <summary>What a header column that the table does not have means.</summary>
public enum UnknownColumns
{
    Warn,
    Fail,

    /// <summary>They are left out, and nothing is said of them.</summary>
    Ignore,
}
