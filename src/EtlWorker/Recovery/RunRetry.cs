using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Runs;
using EtlWorker.Gate;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Recovery;

/// <summary>
/// A person's retry of a date: its run is given back to the workers with the newest drops of that date, held and failed
/// ones included. A run that is loaded and not exported goes on with its export.
/// </summary>
internal sealed class RunRetry(Database database, RunLedger runs, WorkerName worker)
{
    public async Task<RetryOutcome> RetryAsync(LoadedDefinition definition, DateOnly date, string reason, CancellationToken cancellationToken)
    {
        var pipeline = definition.Pipeline.Name;
        await using var connection = await database.OpenSessionAsync(cancellationToken);
        if (!await PipelineLock.WaitAsync(connection, database, pipeline, cancellationToken))
        {
            return new RetryOutcome.Refused("A worker is at work on this pipeline. Try again when its run has ended: select * from etl.latest_run.");
        }

        if (await RunLedger.OfDateAsync(connection, pipeline, date, cancellationToken) is not { } run)
        {
            return new RetryOutcome.NoRun();
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var outcome = await ReopenAsync(connection, run, definition, reason, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }

    private async Task<RetryOutcome> ReopenAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, string reason, CancellationToken cancellationToken)
    {
        if (run.IsParked)
        {
            await RunLedger.UnparkAsync(connection, run, reason, cancellationToken);
            return new RetryOutcome.Accepted(run.Id, $"Run {run.Id} of {run.RunDate:yyyy-MM-dd} is loaded; a worker goes on with its export.");
        }

        if (run.State is RunState.Claimed or RunState.Committed)
        {
            return new RetryOutcome.Refused($"Run {run.Id} of {run.RunDate:yyyy-MM-dd} has not ended (attempt {run.Attempt}); a worker takes it up by itself.");
        }

        var batch = await BatchAsync(connection, run, definition, cancellationToken);
        if (batch.Missing.Count > 0)
        {
            return new RetryOutcome.Refused($"No drop of {string.Join(", ", batch.Missing)} belongs to {run.RunDate:yyyy-MM-dd}: drop it first.");
        }

        if (batch.Batch.Drops.Count == 0)
        {
            return new RetryOutcome.Refused($"Nothing of {run.RunDate:yyyy-MM-dd} is left to load: every drop of it was discarded, or is loaded elsewhere.");
        }

        await runs.ReopenAsync(connection, run, DayGate.ClaimOf(definition, batch.Batch, worker), reason, cancellationToken);
        return new RetryOutcome.Accepted(
            run.Id,
            $"Run {run.Id} of {run.RunDate:yyyy-MM-dd} is given back to the workers with {batch.Batch.Drops.Count} drops: {string.Join(", ", batch.Batch.Drops.Select(drop => drop.Key))}.");
    }

    private static async Task<(Batch Batch, IReadOnlyList<string> Missing)> BatchAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var drops = (await DropLedger.ForRunAsync(connection, run, definition.Pipeline, cancellationToken))
            .Where(drop => definition.Pipeline.Feed(drop.Feed) is not null)
            .ToLookup(drop => drop.RunDate is not null);
        var batch = new BatchPlanner(definition.Pipeline, definition.Calendar).Again(run.RunDate, drops[true], drops[false], out var missing);
        return (batch, missing);
    }
}
