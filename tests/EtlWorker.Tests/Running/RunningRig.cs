using EtlWorker.Definitions;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Export;
using EtlWorker.Gate;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using EtlWorker.Migrate;
using EtlWorker.Notify;
using EtlWorker.Objects;
using EtlWorker.Running;
using EtlWorker.Tests.Memory;
using EtlWorker.Tests.Notify;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlWorker.Tests.Running;

/// <summary>Runner, executor, reaction, gate and review on a ledger and a source in memory, and a clock that stands still.</summary>
internal sealed class RunningRig
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public RunningRig()
    {
        (Ledger, Status, Signal) = (new MemoryLedger(Time), new WorkerStatus(null, Time), new DropSignal(Time));
        Recorder = new MemoryDrops(Ledger);
        var (worker, finder, withdrawn) = (new WorkerName("here:1"), new ObjectFinder(Source), new WithdrawnDrops(Source, Time));
        Review = new ClaimReview(finder, withdrawn, Recorder, worker, NullLogger<ClaimReview>.Instance);
        Reaction = new RunReaction(
            Ledger, Journal, Review, new RunOutcomeWriter(Rejects, NullLogger<RunOutcomeWriter>.Instance), new OneHolder(), Memory,
            Options, Time, NullLogger<RunReaction>.Instance);
        Watermark = new QueueWatermark(Time);
        Watermark.AdvanceByListing(Now);
        Gate = new DayGate(
            Pipeline, new NoNames(), new CurrentVersions(finder, Recorder), withdrawn, Signal, Watermark, worker, Time,
            NullLogger<DayGate>.Instance);
        Deadlines = new MissedDeadlines(Pipeline, new DayQuery(null!), Watermark, Time, NullLogger<MissedDeadlines>.Instance);
        Executor = new RunExecutor(
            new RunStages([Load, Check], Commit, [Export, Notify]), Journal, Status, Time, NullLogger<RunExecutor>.Instance);
        Runner = new PipelineRunner(
            new MemorySessions(Ledger), Pipeline, Migrations, new EventGate(Gate, Deadlines),
            new UnfinishedRuns(Memory, Options, worker, NullLogger<UnfinishedRuns>.Instance),
            Executor, Reaction, new LockedPipeline(Alert, worker, Time, NullLogger<LockedPipeline>.Instance),
            new NoticeSender(Inbox, NullLogger<NoticeSender>.Instance), Status, NullLogger<PipelineRunner>.Instance);
    }

    /// <summary>One required feed, one optional one, and one whose every drop counts.</summary>
    public static LoadedDefinition Definition { get; } = DefinitionFile.FromLedger(
        """
        { "name": "small", "timeZone": "UTC", "trigger": { "deadline": "10:00" },
          "feeds": [
            { "name": "orders", "object": "in/orders.csv", "table": "staging.orders" },
            { "name": "notes", "object": "in/notes.csv", "table": "staging.notes", "required": false },
            { "name": "events", "object": "in/events.csv", "table": "staging.events", "mode": "append" }] }
        """, "{}");

    public static Pipeline Pipeline { get; } = new(Definition);

    public WatchedTime Time { get; } = new(Now);

    public MemoryLedger Ledger { get; }

    public MemorySource Source { get; } = new();

    public MemoryDrops Recorder { get; }

    public MemoryJournal Journal { get; } = new();

    public Inbox Inbox { get; } = new();

    public NoRejects Rejects { get; } = new();

    public ScriptedMigrations Migrations { get; } = new();

    public RunMemory Memory { get; } = new();

    public RunOptions Options { get; } = new(3, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    public WorkerStatus Status { get; }

    public DropSignal Signal { get; }

    public QueueWatermark Watermark { get; }

    public ClaimReview Review { get; }

    public RunReaction Reaction { get; }

    public DayGate Gate { get; }

    public MissedDeadlines Deadlines { get; }

    public RunExecutor Executor { get; }

    public PipelineRunner Runner { get; }

    public StallAlert Alert => new(Inbox, () => [Pipeline], Time, NullLogger<StallAlert>.Instance);

    public ScriptedStage Load { get; } = new(RunStage.Load);

    public ScriptedStage Check { get; } = new(RunStage.Check);

    public ScriptedStage Commit { get; } = new(RunStage.Commit);

    public ScriptedStage Export { get; } = new(RunStage.Export);

    public ScriptedStage Notify { get; } = new(RunStage.Notify);

    /// <summary>Has a file land, and writes it down.</summary>
    public Drop Land(string feed, string content = "id\n1\n")
    {
        Source.Put($"in/{feed}.csv", System.Text.Encoding.UTF8.GetBytes(content), Time.GetUtcNow());
        Ledger.Drops.Add(Source.Drop(Ledger.Drops.Count + 1, feed, $"in/{feed}.csv"));
        return Ledger.Drops[^1];
    }

    /// <summary>A run of today with whatever has landed.</summary>
    public RunSession Begin(RunState state = RunState.Claimed)
    {
        var run = new Run
        {
            Id = 42,
            Pipeline = "small",
            RunDate = new DateOnly(2026, 3, 1),
            AsOf = new DateOnly(2026, 3, 1),
            State = state,
            Attempt = 1,
            FirstAttempt = 1,
            DefinitionHash = Definition.Hash,
            Worker = "here:1",
            ClaimedAt = Now,
            Warnings = [],
        };
        Ledger.Runs.Add(run);
        Ledger.Move(
            drop => drop.Disposition == DropDisposition.Pending,
            state == RunState.Claimed ? DropDisposition.Claimed : DropDisposition.Loaded, run.RunDate);
        return new RunSession(Ledger.Open(), run, Definition);
    }

    /// <summary>What became of the drops, in the order in which they landed.</summary>
    public string Dispositions() => string.Join(' ', Ledger.Drops.Select(drop => $"{drop.Feed} {EnumText.Of(drop.Disposition)}"));

    internal sealed class NoRejects : IRejectExporter
    {
        public Exception? Fault { get; set; }

        public Task<RejectFiles> ExportAsync(RunSession session, CancellationToken cancellationToken) =>
            Fault is null ? Task.FromResult(RejectFiles.None) : throw Fault;
    }

    internal sealed class ScriptedMigrations : IMigrationGate
    {
        public Fault? Lacking { get; set; }

        public Task<Fault?> FaultAsync(ILedgerSession session, LoadedDefinition definition, CancellationToken cancellationToken) =>
            Task.FromResult(Lacking);
    }

    private sealed class OneHolder : ILockHolders
    {
        public Task<Fault> DescribeAsync(RunSession session, Fault fault, CancellationToken cancellationToken) =>
            Task.FromResult(fault with { Cause = "session 7 holds the lock", Remedy = "end session 7" });
    }

    private sealed class NoNames : IFeedNames
    {
        public Task CarryFeedsAsync(ILedgerSession session, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class MemorySessions(MemoryLedger ledger) : IPipelineSessions
    {
        public Task<ILedgerSession> OpenAsync(CancellationToken cancellationToken) => ledger.OpenLockableAsync(cancellationToken);
    }
}
