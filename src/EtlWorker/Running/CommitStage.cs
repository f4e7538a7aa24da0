using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Running;

/// <summary>The last statements of a run's transaction: the run is committed, and its drops are loaded.</summary>
internal sealed class CommitStage : IRunStage
{
    /// <summary>What may free the pipeline's lock besides checks and analyses.</summary>
    public const string OfTables = "a trigger or a constraint of the pipeline's tables";

    public RunStage Stage => RunStage.Commit;

    public async Task RunAsync(RunWork work, CancellationToken cancellationToken)
    {
        await PrepareAsync(work, cancellationToken);
        await work.Session.Ledger.Runs.CommitAsync(work.Session.Run, work.Warnings, cancellationToken);
    }

    /// <summary>All that may still fail before the ledger is written.</summary>
    public static async Task PrepareAsync(RunWork work, CancellationToken cancellationToken)
    {
        var session = work.Session;
        foreach (var step in work.BeforeCommit)
        {
            await step(cancellationToken);
        }

        await session.SearchPath.UseAsync(session.Connection, () => EndDeferredAsync(session, cancellationToken), cancellationToken);
        await session.Ledger.RequireLockAsync(session.Run.Pipeline, OfTables, cancellationToken);
    }

    /// <summary>
    /// Has constraints and triggers of the pipeline's tables that were put off do their work: the server lets a COMMIT take as long as
    /// they like, and it would run them on our own path.
    /// </summary>
    private static Task EndDeferredAsync(RunSession session, CancellationToken cancellationToken) => session.Connection.LimitedAsync(
        "what the tables' constraints and triggers put off to the end",
        () => session.Connection.ExecuteAsync("set constraints all immediate; set constraints all deferred", cancellationToken));
}
