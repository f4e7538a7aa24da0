namespace EtlWorker.Domain.Pipelines;

/// <summary>What offending rows mean.</summary>
public enum Severity
{
    /// <summary>The run fails, and nothing is committed.</summary>
    Fail,

    /// <summary>The notice says how many there are.</summary>
    Warn,
}
