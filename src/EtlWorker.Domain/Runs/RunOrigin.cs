namespace EtlWorker.Domain.Runs;

/// <summary>What a run was made for. Stored in lower case.</summary>
public enum RunOrigin
{
    /// <summary>Drops that landed; the run is the only one of its date.</summary>
    Event,

    /// <summary>A person's or a timer's command, <c>etlworker run</c>; it uses up no date.</summary>
    Manual,

    Backfill,
}
