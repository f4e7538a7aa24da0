namespace EtlWorker.Domain.Runs;

/// <summary>How far a run has come. Stored in lower case.</summary>
public enum RunState
{
    /// <summary>The date is taken; nothing is committed.</summary>
    Claimed,

    /// <summary>The tables hold the run; exports and notices may be outstanding.</summary>
    Committed,

    Succeeded,
    Failed,
}
