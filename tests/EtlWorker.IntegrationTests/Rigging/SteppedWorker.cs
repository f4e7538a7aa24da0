using EtlWorker.Analyse;
using EtlWorker.Check;
using EtlWorker.Definitions;
using EtlWorker.Export;
using EtlWorker.Extract;
using EtlWorker.Gate;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using EtlWorker.Load;
using EtlWorker.Migrate;
using EtlWorker.Notify;
using EtlWorker.Objects;
using EtlWorker.Recovery;
using EtlWorker.Running;
using EtlWorker.Storage;
using EtlWorker.Tests.Notify;
using EtlWorker.Validate;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>The worker's own steps in this process, one at a time, on a clock of the test's; results go to the rig's bucket.</summary>
internal static class SteppedWorker
{
    public static PipelineRunner RunnerOf(
        Rig rig, Database database, Pipeline pipeline, IObjectSource source, QueueWatermark watermark, FakeTimeProvider time)
    {
        var (destination, drops) = (new S3Destination(rig.Aws.S3, rig.Aws.Bucket), new DropRecorder(database, time));
        var finder = new ObjectFinder(source);
        var (ledger, journal, worker) = (new PostgresLedger(database, time), new RunJournal(database, time), WorkerName.OfThisProcess());
        var (status, memory) = (new WorkerStatus(null, time), new RunMemory());
        var withdrawn = new WithdrawnDrops(source, time);
        var gate = new DayGate(
            pipeline, NamesOf(pipeline), new CurrentVersions(finder, drops), withdrawn, new DropSignal(time), watermark, worker, time,
            NullLogger<DayGate>.Instance);
        var load = new LoadStage(
            new LockWait(time), new DropReader(source, time, NullLogger<DropReader>.Instance), new Manifests(source),
            new FeedLoader(journal, database, NullLogger<FeedLoader>.Instance), journal, new LoadProgress(), time,
            NullLogger<LoadStage>.Instance);
        var rejects = new RejectExporter(destination);
        var stages = new RunStages(
            [load, new CheckStage(journal, NullLogger<CheckStage>.Instance), new AnalyseStage()], new CommitStage(),
            [new ExportStage(new ResultExporter(destination), rejects), new NotifyStage()]);
        var options = new RunOptions(5, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        var review = new ClaimReview(finder, withdrawn, drops, worker, NullLogger<ClaimReview>.Instance);
        var writer = new RunOutcomeWriter(rejects, NullLogger<RunOutcomeWriter>.Instance);
        var alert = new StallAlert(new Inbox(), () => [pipeline], time, NullLogger<StallAlert>.Instance);
        return new PipelineRunner(
            new PipelineSessions(
                ledger, RegistryOf(database, pipeline, worker), pipeline,
                new DatabaseFit(database, pipeline, NullLogger<DatabaseFit>.Instance), status, NullLogger<PipelineSessions>.Instance),
            pipeline,
            new MigrationGate(
                new PipelineMigration(database, MigrationOptions.Default, worker.Name, "test", time), MigrationOptions.Default,
                NullLogger<MigrationGate>.Instance),
            new EventGate(
                gate, new MissedDeadlines(pipeline, new DayQuery(database), watermark, time, NullLogger<MissedDeadlines>.Instance)),
            new UnfinishedRuns(memory, options, worker, NullLogger<UnfinishedRuns>.Instance),
            new RunExecutor(stages, journal, status, time, NullLogger<RunExecutor>.Instance),
            new RunReaction(
                ledger, journal, review, writer, new LockHolders(), memory, options, time, NullLogger<RunReaction>.Instance),
            new LockedPipeline(alert, worker, time, NullLogger<LockedPipeline>.Instance),
            new NoticeSender(new Inbox(), NullLogger<NoticeSender>.Instance), status, NullLogger<PipelineRunner>.Instance);
    }

    /// <summary>What looks at a source that notifies nobody.</summary>
    public static PipelineSweep SweepOf(
        Database database, Pipeline pipeline, IObjectSource source, QueueWatermark watermark, FakeTimeProvider time)
    {
        var (drops, matcher) = (new DropRecorder(database, time), new DropMatcher(pipeline, source));
        var nearMisses = new NearMisses(
            pipeline, Given.Each(pipeline), new DefinitionLedger(database), time, NullLogger<NearMisses>.Instance);
        return new PipelineSweep(
            pipeline, new ObjectFinder(source), new DropIntake(pipeline, matcher, nearMisses, drops), drops,
            new DropRecall(pipeline, matcher, drops, time, NullLogger<DropRecall>.Instance), watermark, time,
            NullLogger<PipelineSweep>.Instance);
    }

    private static FormerNames NamesOf(Pipeline pipeline) => new(pipeline, NullLogger<FormerNames>.Instance);

    private static WorkerRegistry RegistryOf(Database database, Pipeline pipeline, WorkerName worker) => new(
        database, pipeline, new WorkerEntry(worker, "test"), NamesOf(pipeline),
        // The steps go by the simulated clock.
        new LedgerClock(new FakeTimeProvider()), NullLogger<WorkerRegistry>.Instance);
}
