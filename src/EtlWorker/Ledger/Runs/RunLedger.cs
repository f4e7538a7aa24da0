using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Runs;

/// <summary>
/// What ran: <c>etl.run</c>. Every change of state is conditional on state and attempt, so a worker that lost its run
/// cannot change it. Statements run on the connection that holds the pipeline's lock.
/// </summary>
internal sealed class RunLedger(TimeProvider time)
{
    /// <summary>Of an attempt that ended without a word.</summary>
    private const string EndUnknown = "its worker stopped, died or lost the database; nothing was noted";

    /// <summary>The states of the event-driven runs whose dates pending drops may still fall on.</summary>
    public static async Task<IReadOnlyList<RunSummary>> SummariesAsync(
        NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/run_summaries", ("pipeline", pipeline));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var summaries = new List<RunSummary>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (date, state) = (reader.Get<DateOnly>(0), Word.Parse<RunState>(reader.Get<string>(1)));
            summaries.Add(new RunSummary(date, state) { WasCommitted = reader.Get<bool>(2) });
        }

        return summaries;
    }

    /// <summary>
    /// Takes the batch's date and its drops, within the caller's transaction. The unique key on the date decides between
    /// workers.
    /// </summary>
    /// <returns>Null when the date was taken, or a drop was no longer pending: the caller rolls back then.</returns>
    public async Task<Run?> ClaimAsync(NpgsqlConnection connection, Claim claim, CancellationToken cancellationToken)
    {
        await KeepDefinitionAsync(connection, claim, cancellationToken);
        await using var claimRun = connection.Embedded("Ledger/Runs/claim_run",
            ("pipeline", claim.Pipeline), ("run_date", claim.Batch.RunDate), ("as_of", claim.AsOf), ("time_zone", claim.TimeZone),
            ("definition_hash", claim.DefinitionHash), ("worker", claim.Worker), ("warnings", claim.Warnings.ToArray()),
            ("now", time.GetUtcNow()));
        if (await ReadRunAsync(claimRun, cancellationToken) is not { } run)
        {
            return null;
        }

        await using var claimDrops = connection.Embedded("Ledger/Drops/claim_drops",
            ("run_id", run.Id), ("ids", claim.Batch.Drops.Select(drop => drop.Id).ToArray()),
            ("parts", claim.Parts.ToArray()));
        return await claimDrops.ExecuteNonQueryAsync(cancellationToken) == claim.Batch.Drops.Count ? run : null;
    }

    /// <summary>The pipeline's run that has begun and not ended, if there is one.</summary>
    public static async Task<Run?> UnfinishedAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/unfinished_run", ("pipeline", pipeline));
        return await ReadRunAsync(command, cancellationToken);
    }

    /// <summary>The definition that a run began with: its document, and its SQL files as one JSON object.</summary>
    public static async Task<(string Document, string Sql)> DefinitionAsync(
        NpgsqlConnection connection, string hash, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/definition", ("hash", hash));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.Get<string>(0), reader.Get<string>(1));
    }

    /// <summary>Begins a further attempt of a run that nobody is loading; how the former one ended is kept as a warning.</summary>
    public static async Task<Run> NextAttemptAsync(NpgsqlConnection connection, Run run, string worker, CancellationToken cancellationToken)
    {
        // After a person's retry, or under an open day, no attempt that counts was begun yet.
        string[] warnings = run.Attempt < run.FirstAttempt
            ? []
            : [$"recovered: attempt {run.Attempt} of {run.Worker} ended early ({run.Error ?? EndUnknown}); {worker} began anew"];
        await using var command = connection.Embedded("Ledger/Runs/next_attempt",
            ("id", run.Id), ("attempt", run.Attempt), ("worker", worker), ("warnings", warnings));
        return await ReadRunAsync(command, cancellationToken) ?? throw new RunTakenException(run.Id);
    }

    /// <summary>Nothing was tried for a while: what a run has waited before no longer counts against its patience.</summary>
    /// <param name="connection">The connection that holds the pipeline's lock.</param>
    /// <param name="run">The run.</param>
    /// <param name="wasAway">Whether the ledger was out of reach; else the time since the last fault decides.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    public static async Task BeginWaitAnewAsync(NpgsqlConnection connection, Run run, bool wasAway, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/begin_wait_anew", ("id", run.Id), ("anew", wasAway));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Goes on with the delivery of a committed run that another worker left.</summary>
    public static async Task<Run> TakeOverDeliveryAsync(
        NpgsqlConnection connection, Run run, string worker, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/take_over_delivery",
            ("id", run.Id), ("attempt", run.Attempt), ("worker", worker),
            ("warning", $"recovered: {run.Worker} had not delivered the results when {worker} went on"));
        return await ReadRunAsync(command, cancellationToken) ?? throw new RunTakenException(run.Id);
    }

    /// <summary>An attempt that could not keep its journal does not count; on the run's own connection.</summary>
    public static async Task ForgiveAttemptAsync(NpgsqlConnection connection, Run run, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/forgive_attempt", ("id", run.Id), ("attempt", run.Attempt));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest run date that was ever committed, though it may be made again now; null before the first.</summary>
    public static async Task<DateOnly?> NewestLoadedAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/newest_loaded", ("pipeline", pipeline));
        return await command.ExecuteScalarAsync(cancellationToken) is DateOnly date ? date : null;
    }

    /// <summary>How many rows each feed had in the last run before this one's date.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> FormerRowsAsync(
        NpgsqlConnection connection, Run run, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/former_rows", ("pipeline", run.Pipeline), ("run_date", run.RunDate));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.Get<string>(0), reader.Get<long>(1));
        }

        return rows;
    }

    /// <summary>The last statement of the data transaction: the run is committed, its drops are loaded.</summary>
    public async Task CommitAsync(
        NpgsqlConnection connection, Run run, IEnumerable<string> warnings, CancellationToken cancellationToken) =>
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/commit_run",
            ("id", run.Id), ("attempt", run.Attempt), ("warnings", warnings.ToArray()), ("now", time.GetUtcNow())), cancellationToken);

    /// <summary>Exports are in place.</summary>
    public async Task SucceedAsync(NpgsqlConnection connection, Run run, CancellationToken cancellationToken) =>
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/succeed_run",
            ("id", run.Id), ("attempt", run.Attempt), ("now", time.GetUtcNow())), cancellationToken);

    /// <summary>Gives the run up; its drops have failed with it. One that had been loaded before is again what it was.</summary>
    /// <param name="connection">The connection that holds the pipeline's lock.</param>
    /// <param name="run">The run.</param>
    /// <param name="error">The cause, for a person.</param>
    /// <param name="returned">The drops of optional feeds that were not at fault and wait for the next run.</param>
    /// <param name="kept">The drops of feeds whose every drop counts that were not at fault and are taken by the next run.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>The state that the run has now: failed, or what it was before it was made again.</returns>
    public async Task<RunState> FailAsync(
        NpgsqlConnection connection, Run run, string error, IEnumerable<long> returned, IEnumerable<long> kept,
        CancellationToken cancellationToken) =>
        Word.Parse<RunState>((string)await ChangeAsync(run, connection.Embedded("Ledger/Runs/fail_run",
            ("id", run.Id), ("attempt", run.Attempt), ("error", error), ("returned", returned.ToArray()), ("kept", kept.ToArray()),
            ("now", time.GetUtcNow())), cancellationToken));

    /// <summary>How far a run has come; it stays in the ledger once it was retried.</summary>
    public static async Task<RunProgress> ProgressAsync(NpgsqlConnection connection, long run, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Runs/run_progress", ("id", run), ("silent_after", WorkerRegistry.SilentAfter));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RunProgress(
                Word.Parse<RunState>(reader.Get<string>(0)), reader.Get<int>(1),
                reader.GetOrNull<string>(5) is { } stage ? Word.Parse<RunStage>(stage) : null,
                reader.GetOrNull<string>(2), reader.GetOrNull<string>(3), reader.Get<bool>(4), reader.Get<bool>(6))
            : throw new RunTakenException(run);
    }

    /// <summary>Gives a claim back, within the caller's transaction: its drops wait again, and the date is unused.</summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, Run run, CancellationToken cancellationToken)
    {
        await using var drops = connection.Embedded("Ledger/Drops/free_drops", ("run_id", run.Id));
        await drops.ExecuteNonQueryAsync(cancellationToken);
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/release_run", ("id", run.Id), ("attempt", run.Attempt)), cancellationToken);
    }

    /// <summary>Has a claimed run execute with other drops, within the caller's transaction.</summary>
    public static async Task ReplaceDropsAsync(NpgsqlConnection connection, Run run, Claim claim, CancellationToken cancellationToken)
    {
        await using var drops = connection.Embedded("Ledger/Drops/reopen_drops",
            ("run_id", run.Id), ("ids", claim.Batch.Drops.Select(drop => drop.Id).ToArray()), ("kept", claim.Accumulating.ToArray()));
        await drops.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives up delivering a committed run; its tables stay as they are.</summary>
    public static async Task ParkAsync(NpgsqlConnection connection, Run run, string error, CancellationToken cancellationToken) =>
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/park_run",
            ("id", run.Id), ("attempt", run.Attempt), ("error", error)), cancellationToken);

    /// <summary>The event-driven run of a date, if there is one.</summary>
    public static async Task<Run?> OfDateAsync(
        NpgsqlConnection connection, string pipeline, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/run_of_date", ("pipeline", pipeline), ("run_date", date));
        return await ReadRunAsync(command, cancellationToken);
    }

    /// <summary>Lets a parked run be delivered again.</summary>
    public static async Task UnparkAsync(NpgsqlConnection connection, Run run, string reason, CancellationToken cancellationToken) =>
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/unpark_run",
            ("id", run.Id), ("attempt", run.Attempt), ("reason", reason)), cancellationToken);

    /// <summary>
    /// Gives an ended run back to the workers, with the drops and the definition of the claim, within the caller's
    /// transaction. Drops that it had and that were not taken again are superseded.
    /// </summary>
    public async Task ReopenAsync(NpgsqlConnection connection, Run run, Claim claim, string reason, CancellationToken cancellationToken)
    {
        await KeepDefinitionAsync(connection, claim, cancellationToken);
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/reopen_run",
            ("id", run.Id), ("attempt", run.Attempt), ("reason", reason), ("definition_hash", claim.DefinitionHash), ("as_of", claim.AsOf),
            ("warnings", claim.Warnings.ToArray())), cancellationToken);
        await ReplaceDropsAsync(connection, run, claim, cancellationToken);
    }

    private async Task KeepDefinitionAsync(NpgsqlConnection connection, Claim claim, CancellationToken cancellationToken)
    {
        await using var keep = connection.Embedded("Ledger/keep_definition",
            ("hash", claim.DefinitionHash), ("pipeline", claim.Pipeline), ("document", claim.Document), ("sql", claim.Sql),
            ("now", time.GetUtcNow()));
        await keep.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<object> ChangeAsync(Run run, NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            return await command.ExecuteScalarAsync(cancellationToken) ?? throw new RunTakenException(run.Id);
        }
    }

    private static async Task<Run?> ReadRunAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Run
            {
                Id = reader.Get<long>(0),
                Pipeline = reader.Get<string>(1),
                RunDate = reader.Get<DateOnly>(2),
                AsOf = reader.Get<DateOnly>(3),
                State = Word.Parse<RunState>(reader.Get<string>(4)),
                Attempt = reader.Get<int>(5),
                FirstAttempt = reader.Get<int>(6),
                DefinitionHash = reader.Get<string>(7),
                Worker = reader.Get<string>(8),
                ClaimedAt = reader.Get<DateTimeOffset>(9),
                CommittedAt = reader.Get<DateTimeOffset?>(10),
                Warnings = reader.Get<string[]>(11),
                Error = reader.GetOrNull<string>(12),
                Reason = reader.GetOrNull<string>(13),
                PassingSince = reader.Get<DateTimeOffset?>(14),
            }
            : null;
    }
}
