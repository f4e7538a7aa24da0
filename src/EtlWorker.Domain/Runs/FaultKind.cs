namespace EtlWorker.Domain.Runs;

/// <summary>What a fault means for the run that met it.</summary>
public enum FaultKind
{
    /// <summary>Trying again with the same drops would end the same way: the run fails, and a person is notified what to do.</summary>
    Permanent,

    /// <summary>It passes by itself: the run is tried again, for as long as its patience lasts. No attempt is used up.</summary>
    Passing,

    /// <summary>The run's session ended in the middle of a statement, which may be what ended it: an attempt is used up.</summary>
    SessionLost,

    /// <summary>The ledger is out of reach: nothing is used up.</summary>
    Unreachable,
}
