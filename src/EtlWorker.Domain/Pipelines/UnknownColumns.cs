namespace EtlWorker.Domain.Pipelines;

/// <summary>What a header column that the table does not have means.</summary>
public enum UnknownColumns
{
    /// <summary>It is left out, and the notice says so.</summary>
    Warn,

    /// <summary>The run fails.</summary>
    Fail,

    /// <summary>It is left out, and nothing is said of it.</summary>
    Ignore,
}
