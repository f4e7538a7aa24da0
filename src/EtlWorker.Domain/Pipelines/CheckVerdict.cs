namespace EtlWorker.Domain.Pipelines;

/// <summary>What the rows that a check found mean.</summary>
public enum CheckVerdict
{
    /// <summary>None, or no more than it may find.</summary>
    Passed,

    /// <summary>The notice says how many there are.</summary>
    Warned,

    /// <summary>The run fails, and nothing is committed.</summary>
    Failed,
}
