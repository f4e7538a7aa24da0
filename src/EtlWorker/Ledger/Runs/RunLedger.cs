using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Runs;

/// <summary>
/// What ran: <c>etl.run</c>. Every change of state is conditional on state and attempt, so a worker that lost its run
/// cannot change it. Statements run on the connection that holds the pipeline's lock.
/// </summary>
internal sealed class RunLedger(NpgsqlConnection connection, TimeProvider time) : IRunLedger
{
    /// <summary>Of an attempt that ended without a word.</summary>
    private const string EndUnknown = "its worker stopped, died or lost the database; nothing was noted";

    public async Task<IReadOnlyList<RunSummary>> SummariesAsync(string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/run_summaries", ("pipeline", pipeline));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var summaries = new List<RunSummary>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (date, state) = (reader.Get<DateOnly>(0), EnumText.Parse<RunState>(reader.Get<string>(1)));
            summaries.Add(new RunSummary(date, state) { WasCommitted = reader.Get<bool>(2) });
        }

        return summaries;
    }

    public async Task<Run?> ClaimAsync(Claim claim, CancellationToken cancellationToken)
    {
        await KeepDefinitionAsync(claim, cancellationToken);
        await using var claimRun = connection.Embedded("Ledger/Runs/claim_run",
            ("pipeline", claim.Pipeline), ("run_date", claim.Batch.RunDate), ("as_of", claim.AsOf), ("time_zone", claim.TimeZone),
            ("origin", EnumText.Of(claim.Origin)), ("definition_hash", claim.DefinitionHash), ("worker", claim.Worker),
            ("warnings", claim.Warnings.ToArray()), ("now", time.GetUtcNow()));
        if (await ReadRunAsync(claimRun, cancellationToken) is not { } run)
        {
            return null;
        }

        await using var claimDrops = connection.Embedded("Ledger/Drops/claim_drops",
            ("run_id", run.Id), ("ids", claim.Batch.Drops.Select(drop => drop.Id).ToArray()),
            ("parts", claim.Parts.ToArray()), ("kept", claim.Kept.ToArray()));
        return await claimDrops.ExecuteNonQueryAsync(cancellationToken) == claim.Batch.Drops.Count ? run : null;
    }

    public async Task<Run?> UnfinishedAsync(string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/unfinished_run", ("pipeline", pipeline));
        return await ReadRunAsync(command, cancellationToken);
    }

    public async Task<IReadOnlyList<Run>> UndeliveredManualAsync(string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/undelivered_manual_runs", ("pipeline", pipeline));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var runs = new List<Run>();
        while (await reader.ReadAsync(cancellationToken))
        {
            runs.Add(RunOf(reader));
        }

        return runs;
    }

    public async Task<(string Document, string Sql)> DefinitionAsync(string hash, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/definition", ("hash", hash));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.Get<string>(0), reader.Get<string>(1));
    }

    public Task<RunStory> StoryAsync(Run run, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken) =>
        RunStory.ReadAsync(connection, run, feeds, cancellationToken);

    public async Task<Run> NextAttemptAsync(Run run, string worker, CancellationToken cancellationToken)
    {
        // After a person's retry, or under an open day, no attempt that counts was begun yet.
        string[] warnings = run.Attempt < run.FirstAttempt
            ? []
            : [$"recovered: attempt {run.Attempt} of {run.Worker} ended early ({run.Error ?? EndUnknown}); {worker} began anew"];
        await using var command = connection.Embedded("Ledger/Runs/next_attempt",
            ("id", run.Id), ("attempt", run.Attempt), ("worker", worker), ("warnings", warnings));
        return await ReadRunAsync(command, cancellationToken) ?? throw new RunTakenException(run.Id);
    }

    public async Task BeginWaitAnewAsync(Run run, bool wasAway, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/begin_wait_anew", ("id", run.Id), ("anew", wasAway));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<Run> TakeOverDeliveryAsync(Run run, string worker, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/take_over_delivery",
            ("id", run.Id), ("attempt", run.Attempt), ("worker", worker),
            ("warning", $"recovered: {run.Worker} had not delivered the results when {worker} went on"));
        return await ReadRunAsync(command, cancellationToken) ?? throw new RunTakenException(run.Id);
    }

    public async Task ForgiveAttemptAsync(Run run, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/forgive_attempt", ("id", run.Id), ("attempt", run.Attempt));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<DateOnly?> NewestLoadedAsync(string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/newest_loaded", ("pipeline", pipeline));
        return await command.ExecuteScalarAsync(cancellationToken) is DateOnly date ? date : null;
    }

    public async Task<IReadOnlyDictionary<string, FormerRows>> FormerRowsAsync(
        Run run, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken)
    {
        string[] Names(Func<FeedDefinition, bool> which) => [.. feeds.Where(which).Select(feed => feed.Name)];
        await using var command = connection.Embedded("Ledger/Runs/former_rows",
            ("pipeline", run.Pipeline), ("run_date", run.RunDate), ("feeds", Names(_ => true)),
            ("incremental", Names(feed => feed.IsIncremental)), ("appending", Names(feed => feed.Mode == LoadMode.Append)),
            ("most", VolumeBand.MostRuns));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new Dictionary<string, FormerRows>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.Get<string>(0), new FormerRows(reader.Get<long[]>(1), reader.Get<long>(2)));
        }

        return rows;
    }

    public async Task CommitAsync(Run run, IEnumerable<string> warnings, CancellationToken cancellationToken) =>
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/commit_run",
            ("id", run.Id), ("attempt", run.Attempt), ("warnings", warnings.ToArray()), ("now", time.GetUtcNow())), cancellationToken);

    public async Task SucceedAsync(Run run, CancellationToken cancellationToken) =>
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/succeed_run",
            ("id", run.Id), ("attempt", run.Attempt), ("now", time.GetUtcNow())), cancellationToken);

    public async Task<RunState> FailAsync(
        Run run, string error, IEnumerable<long> returned, IEnumerable<long> kept,
        CancellationToken cancellationToken) =>
        EnumText.Parse<RunState>((string)await ChangeAsync(run, connection.Embedded("Ledger/Runs/fail_run",
            ("id", run.Id), ("attempt", run.Attempt), ("error", error), ("returned", returned.ToArray()), ("kept", kept.ToArray()),
            ("now", time.GetUtcNow())), cancellationToken));

    public async Task<RunProgress> ProgressAsync(long run, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Runs/run_progress", ("id", run), ("silent_after", WorkerRegistry.SilentAfter));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RunProgress(
                EnumText.Parse<RunState>(reader.Get<string>(0)), reader.Get<int>(1),
                reader.GetOrNull<string>(5) is { } stage ? EnumText.Parse<RunStage>(stage) : null,
                reader.GetOrNull<string>(2), reader.GetOrNull<string>(3), reader.Get<bool>(4), reader.Get<bool>(6))
            : throw new RunTakenException(run);
    }

    public async Task ReleaseAsync(Run run, CancellationToken cancellationToken)
    {
        await using var drops = connection.Embedded("Ledger/Drops/free_drops", ("run_id", run.Id));
        await drops.ExecuteNonQueryAsync(cancellationToken);
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/release_run", ("id", run.Id), ("attempt", run.Attempt)), cancellationToken);
    }

    public async Task ReplaceDropsAsync(Run run, Claim claim, CancellationToken cancellationToken)
    {
        await using var drops = connection.Embedded("Ledger/Drops/reopen_drops",
            ("run_id", run.Id), ("ids", claim.Batch.Drops.Select(drop => drop.Id).ToArray()), ("kept", claim.Incremental.ToArray()));
        await drops.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ParkAsync(Run run, string error, CancellationToken cancellationToken) =>
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/park_run",
            ("id", run.Id), ("attempt", run.Attempt), ("error", error)), cancellationToken);

    public async Task<Run?> OfDateAsync(string pipeline, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Runs/run_of_date", ("pipeline", pipeline), ("run_date", date));
        return await ReadRunAsync(command, cancellationToken);
    }

    public async Task UnparkAsync(Run run, LoadedDefinition definition, string reason, CancellationToken cancellationToken)
    {
        await KeepDefinitionAsync(definition.Hash, run.Pipeline, definition.Document, definition.SqlAsJson(), cancellationToken);
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/unpark_run",
            ("id", run.Id), ("attempt", run.Attempt), ("reason", reason), ("definition_hash", definition.Hash)), cancellationToken);
    }

    public async Task ReopenAsync(Run run, Claim claim, string reason, CancellationToken cancellationToken)
    {
        await KeepDefinitionAsync(claim, cancellationToken);
        await ChangeAsync(run, connection.Embedded("Ledger/Runs/reopen_run",
            ("id", run.Id), ("attempt", run.Attempt), ("reason", reason), ("definition_hash", claim.DefinitionHash), ("as_of", claim.AsOf),
            ("warnings", claim.Warnings.ToArray())), cancellationToken);
        await ReplaceDropsAsync(run, claim, cancellationToken);
    }

    private Task KeepDefinitionAsync(Claim claim, CancellationToken cancellationToken) =>
        KeepDefinitionAsync(claim.DefinitionHash, claim.Pipeline, claim.Document, claim.Sql, cancellationToken);

    private async Task KeepDefinitionAsync(
        string hash, string pipeline, string document, string sql, CancellationToken cancellationToken)
    {
        await using var keep = connection.Embedded("Ledger/keep_definition",
            ("hash", hash), ("pipeline", pipeline), ("document", document), ("sql", sql), ("now", time.GetUtcNow()));
        await keep.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<object> ChangeAsync(Run run, NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            return await command.ExecuteScalarAsync(cancellationToken) ?? throw new RunTakenException(run.Id);
        }
    }

    /// <summary>The statements give all columns of the row: these are read of them, by name.</summary>
    private static async Task<Run?> ReadRunAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? RunOf(reader) : null;
    }

    private static Run RunOf(NpgsqlDataReader reader) => new()
    {
        Id = reader.Get<long>("id"),
        Pipeline = reader.Get<string>("pipeline"),
        RunDate = reader.Get<DateOnly>("run_date"),
        AsOf = reader.Get<DateOnly>("as_of"),
        Origin = EnumText.Parse<RunOrigin>(reader.Get<string>("origin")),
        State = EnumText.Parse<RunState>(reader.Get<string>("state")),
        Attempt = reader.Get<int>("attempt"),
        FirstAttempt = reader.Get<int>("first_attempt"),
        DefinitionHash = reader.Get<string>("definition_hash"),
        Worker = reader.Get<string>("worker"),
        ClaimedAt = reader.Get<DateTimeOffset>("claimed_at"),
        CommittedAt = reader.Get<DateTimeOffset?>("committed_at"),
        Warnings = reader.Get<string[]>("warnings"),
        Error = reader.GetOrNull<string>("error"),
        Reason = reader.GetOrNull<string>("reason"),
        PassingSince = reader.Get<DateTimeOffset?>("passing_since"),
    };
}
