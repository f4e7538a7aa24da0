using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Ledger;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Gate;

/// <summary>Asks for the batch decision, records what it puts aside, and claims the date of a batch that is ready.</summary>
internal sealed partial class DayGate(
    RunLedger runs, Outbox outbox, QueueWatermark watermark, WorkerName worker, TimeProvider time, ILogger<DayGate> logger)
{
    /// <summary>Called with the pipeline's lock held.</summary>
    /// <returns>The run that is to be executed now, or null.</returns>
    public async Task<Run?> OpenAsync(NpgsqlConnection connection, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var pipeline = definition.Pipeline;
        var pending = await DropLedger.PendingAsync(connection, pipeline.Name, cancellationToken);
        if (pending.Count == 0)
        {
            return null;
        }

        var known = pending.Where(drop => pipeline.Feeds.Any(feed => feed.Name == drop.Feed));
        var summaries = await RunLedger.SummariesAsync(connection, pipeline.Name, cancellationToken);
        var now = time.GetUtcNow();
        var decision = new BatchPlanner(pipeline, definition.Calendar)
            .Decide(known, summaries, now < watermark.HeardUntil ? now : watermark.HeardUntil);
        return await ApplyAsync(connection, definition, decision, cancellationToken);
    }

    /// <summary>
    /// What is put aside and what is claimed commit together: a decision half applied could not be made again.
    /// </summary>
    private async Task<Run?> ApplyAsync(
        NpgsqlConnection connection, LoadedDefinition definition, BatchDecision decision, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PutAsideAsync(connection, definition.Pipeline.Name, decision.Disposals, cancellationToken);
        Run? run = null;
        if (decision.Ready is { } batch)
        {
            run = await runs.ClaimAsync(connection, ClaimOf(definition, batch, worker), cancellationToken);
            if (run is null)
            {
                LogTakenElsewhere(batch.RunDate);
                return null;
            }
        }

        await transaction.CommitAsync(cancellationToken);
        LogApplied(decision, run);
        return run;
    }

    private async Task PutAsideAsync(
        NpgsqlConnection connection, string pipeline, IReadOnlyList<Disposal> disposals, CancellationToken cancellationToken)
    {
        foreach (var alike in disposals.GroupBy(disposal => disposal.Disposition))
        {
            var told = new List<Disposal>();
            foreach (var disposal in alike)
            {
                if (await DropLedger.DisposeOfAsync(connection, disposal, cancellationToken))
                {
                    told.Add(disposal);
                }
            }

            if (told.Count > 0)
            {
                await outbox.AddAsync(connection, PutAsideNotice.Of(pipeline, alike.Key, told), cancellationToken);
            }
        }
    }

    private void LogApplied(BatchDecision decision, Run? run)
    {
        foreach (var disposal in decision.Disposals)
        {
            LogPutAside(disposal.Drop.Key, Word.Of(disposal.Disposition), disposal.Reason);
        }

        if (run is not null)
        {
            LogClaimed(run.RunDate, run.Id, decision.Ready!.Drops.Count);
        }
    }

    /// <summary>What is frozen when a run begins, or is made again.</summary>
    public static Claim ClaimOf(LoadedDefinition definition, Batch batch, WorkerName worker) => new()
    {
        Pipeline = definition.Pipeline.Name,
        Batch = batch,
        AsOf = definition.Pipeline.AsOfFor(batch.RunDate),
        TimeZone = definition.Pipeline.TimeZone,
        DefinitionHash = definition.Hash,
        Document = definition.Document,
        Sql = definition.SqlAsJson(),
        Worker = worker.Name,
    };

    [LoggerMessage(LogLevel.Information, "The set of {RunDate:yyyy-MM-dd} is whole: run {RunId} begins with {DropCount} drops")]
    private partial void LogClaimed(DateOnly runDate, long runId, int dropCount);

    [LoggerMessage(LogLevel.Information, "{Key} is {Disposition}: {Reason}")]
    private partial void LogPutAside(string key, string disposition, string reason);

    [LoggerMessage(LogLevel.Information, "The run of {RunDate:yyyy-MM-dd} was claimed by another worker, or its drops changed; deciding again")]
    private partial void LogTakenElsewhere(DateOnly runDate);
}
