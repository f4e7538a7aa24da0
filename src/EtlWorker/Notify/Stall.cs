namespace EtlWorker.Notify;

/// <summary>A reason why nothing goes on, which no run can tell of.</summary>
/// <param name="Name">What the notices' <c>status</c> begins with.</param>
/// <param name="What">What is out of order, for a person.</param>
/// <param name="Remedy">What the operator should do next.</param>
internal sealed record Stall(string Name, string What, string Remedy)
{
    public static readonly Stall Ledger = new("ledger", "its ledger",
        "See that PostgreSQL runs, that its security group lets this machine in, and that the password is right.");

    public static readonly Stall Queue = new("queue", "its queue",
        "See that the queue of QUEUE__URL exists and that the worker's role may receive from it. Drops are found by listing meanwhile.");

    public static readonly Stall Bucket = new("bucket", "its bucket",
        "See that the bucket of PIPELINE__BUCKET exists and that the worker's role may list it. "
            + "Drops come by the queue alone meanwhile: one whose event is lost is not found.");

    /// <summary>Another session has the pipeline's lock, and no worker that is alive seems to be it.</summary>
    public static readonly Stall Lock = new(
        "lock", "the lock of its pipeline", "See which session holds it: select * from pg_locks where locktype = 'advisory'.");

    /// <summary>The worker reaches everything, and can still not decide what to do.</summary>
    public static readonly Stall Plan = new("plan", "what it needs to plan a run", "See the cause; journalctl -u etlworker tells more.");
}
