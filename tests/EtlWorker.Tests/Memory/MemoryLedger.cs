using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Tests.Memory;

/// <summary>
/// A ledger in memory: runs, drops and notices as lists. It knows no statement of the real one; what is read and written through it is for
/// tests of what stands above the ledger.
/// </summary>
internal sealed class MemoryLedger(TimeProvider time) : ILedger
{
    public List<Run> Runs { get; } = [];

    public List<Drop> Drops { get; } = [];

    public List<Notice> Notices { get; } = [];

    /// <summary>What was asked of it, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Whether another worker has the pipeline's lock.</summary>
    public bool IsLockedElsewhere { get; set; }

    /// <summary>What opening a session throws; null where it opens.</summary>
    public Exception? OpenFault { get; set; }

    /// <summary>What the commit of a transaction throws; null where it commits.</summary>
    public Exception? CommitFault { get; set; }

    public TimeProvider Time => time;

    /// <summary>The session that was opened last.</summary>
    public MemorySession Session { get; private set; } = null!;

    public MemorySession Open() => Session = new MemorySession(this);

    public Task<ILedgerSession> OpenAsync(CancellationToken cancellationToken) =>
        OpenFault is null ? Task.FromResult<ILedgerSession>(Open()) : throw OpenFault;

    public Task<ILedgerSession> OpenLockableAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    public void ForgetConnections() => Calls.Add("forget connections");

    /// <summary>Puts another version of a run into its place.</summary>
    public Run Change(Run run)
    {
        Runs[Runs.FindIndex(known => known.Id == run.Id)] = run;
        return run;
    }

    /// <summary>The run as it is now.</summary>
    public Run Run(long id) => Runs.Single(run => run.Id == id);

    public void Move(Func<Drop, bool> which, DropDisposition disposition, DateOnly? runDate = null)
    {
        for (var index = 0; index < Drops.Count; index++)
        {
            if (which(Drops[index]))
            {
                Drops[index] = Drops[index] with { Disposition = disposition, RunDate = runDate ?? Drops[index].RunDate };
            }
        }
    }

    /// <summary>Writes down what arrived.</summary>
    public IReadOnlyList<MatchedEvent> Record(IReadOnlyList<MatchedEvent> events)
    {
        var news = events.Where(matched => !Drops.Any(drop => drop.Object == ObjectOf(matched.Event))).ToList();
        foreach (var matched in news)
        {
            Drops.Add(new Drop
            {
                Id = Drops.Count + 1,
                Feed = matched.Feed ?? "",
                Bucket = matched.Event.Bucket,
                Key = matched.Event.Key,
                VersionId = matched.Event.VersionId,
                ETag = matched.Event.ETag,
                Size = matched.Event.Size,
                EventTime = matched.Event.EventTime,
                ReceivedAt = time.GetUtcNow(),
                Disposition = matched.Disposition,
            });
        }

        return news;
    }

    private static ObjectVersion ObjectOf(DropEvent told) => new(told.Bucket, told.Key, told.VersionId, told.ETag);
}
