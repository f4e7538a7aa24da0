using EtlWorker.Ledger.Notices;

namespace EtlWorker.Notices;

/// <summary>A reason why nothing goes on, of which no run can notify anybody.</summary>
/// <param name="Stalled">The kind of the notice of it.</param>
/// <param name="Over">The kind of the notice that it is over.</param>
/// <param name="Headline">Of the subject, before since when.</param>
/// <param name="HeadlineOver">Of the subject of the notice that it is over.</param>
/// <param name="What">What is out of order, for a person.</param>
/// <param name="Remedy">What the operator should do next.</param>
internal sealed record Stall(
    NoticeKind Stalled, NoticeKind Over, string Headline, string HeadlineOver, string What, string Remedy)
{
    /// <summary>What does not go on, where it is nothing that the worker has to reach; before since when.</summary>
    public string? Cannot { get; init; }

    public static readonly Stall Ledger = new(
        NoticeKind.LedgerUnreachable, NoticeKind.LedgerReachable, "LEDGER UNREACHABLE", "LEDGER REACHABLE again", "its ledger",
        "See that PostgreSQL runs, that its security group lets this machine in, and that the password is right.");

    public static readonly Stall Queue = new(
        NoticeKind.QueueUnreachable, NoticeKind.QueueReachable, "QUEUE UNREACHABLE", "QUEUE REACHABLE again", "its queue",
        "See that the queue of QUEUE__URL exists and that the worker's role may receive from it. Drops are found by listing meanwhile.");

    public static readonly Stall Bucket = new(
        NoticeKind.BucketUnreachable, NoticeKind.BucketReachable, "BUCKET UNREACHABLE", "BUCKET REACHABLE again", "its bucket",
        "See that the bucket of PIPELINE__BUCKET exists and that the worker's role may list it. "
            + "Drops come by the queue alone meanwhile: one whose event is lost is not found.");

    public static readonly Stall Definitions = new(
        NoticeKind.DefinitionsUnreachable, NoticeKind.DefinitionsReachable, "DEFINITIONS UNREACHABLE", "DEFINITIONS REACHABLE again",
        "its definitions",
        "See that PIPELINE__DEFINITION is there and that the worker's role may list and read it. "
            + "The definitions that it has stay in use meanwhile.");

    /// <summary>Another session has the pipeline's lock, and no worker that is alive seems to be it.</summary>
    public static readonly Stall Lock = new(
        NoticeKind.LockUnreachable, NoticeKind.LockReachable, "LOCK UNREACHABLE", "LOCK REACHABLE again", "the lock of its pipeline",
        "See which session holds it: select * from pg_locks where locktype = 'advisory'.");

    /// <summary>The worker reaches everything, and can still not decide what to do.</summary>
    public static readonly Stall Plan = new(
        NoticeKind.PlanUnreachable, NoticeKind.PlanReachable, "NO RUN CAN BE PLANNED", "RUNS ARE PLANNED again",
        "what it needs to plan a run", "See the cause; journalctl -u etlworker has more.")
    {
        Cannot = "No run can be planned",
    };
}
