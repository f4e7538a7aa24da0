using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Drops;

/// <summary>What arrived: <c>etl.drop</c> and <c>etl.unreadable_message</c>.</summary>
internal sealed class DropLedger(Database database, TimeProvider time)
{
    private const string NotKnown = "new";

    /// <summary>Records every event of one message, durably when this returns. Told again, an event changes nothing.</summary>
    /// <returns>Those that the ledger had not heard of, or had put down as ignored or gone and that count now.</returns>
    public async Task<IReadOnlyList<SortedEvent>> RecordAsync(
        string pipeline, IReadOnlyList<SortedEvent> events, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var news = new List<SortedEvent>();
        // In one order for everybody, so that two workers with the same keys cannot wait for each other in a ring.
        foreach (var sorted in events.OrderBy(sorted => sorted.Event.Key, StringComparer.Ordinal))
        {
            if (await RecordAsync(connection, pipeline, sorted, cancellationToken) is { } recorded)
            {
                news.Add(sorted with { Former = recorded == NotKnown ? null : Word.Parse<DropDisposition>(recorded) });
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return news;
    }

    /// <summary>The ignored drops that a definition may take now; those of a feed that was taken out of it whenever they landed.</summary>
    public async Task<IReadOnlyList<(long Id, string Bucket, string Key)>> IgnoredAsync(
        string pipeline, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Embedded("Ledger/Drops/ignored_drops", ("pipeline", pipeline), ("since", since));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ignored = new List<(long, string, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ignored.Add((reader.Get<long>(0), reader.Get<string>(1), reader.Get<string>(2)));
        }

        return ignored;
    }

    /// <summary>An ignored drop waits for its set, since a feed takes it now.</summary>
    /// <returns>False when it was ignored no more.</returns>
    public async Task<bool> RecallAsync(long id, string feed, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Embedded("Ledger/Drops/recall_drop", ("id", id), ("feed", feed), ("now", time.GetUtcNow()));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async Task RecordUnreadableAsync(
        string queue, string messageId, string body, string reason, int receiveCount, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Embedded("Ledger/Drops/record_unreadable",
            ("queue", queue), ("message_id", messageId), ("body", body), ("reason", reason), ("receive_count", receiveCount),
            ("now", time.GetUtcNow()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The drops that the batch decision of this definition looks at.</summary>
    public static async Task<IReadOnlyList<Drop>> CandidatesAsync(
        NpgsqlConnection connection, PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        var any = pipeline.Trigger.When == TriggerKind.Change;
        await using var command = connection.Embedded("Ledger/Drops/candidate_drops",
            ("pipeline", pipeline.Name), ("open", pipeline.Trigger.FailedDay == FailedDay.Open),
            ("accumulating", pipeline.Accumulating.ToArray()), ("needing", pipeline.NeedingRows.ToArray()),
            ("parts", pipeline.PartsOfChange.ToArray()),
            ("changing", any ? pipeline.RequiredFeeds.Select(feed => feed.Name).ToArray() : []));
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>The drops that a run has claimed, in any order.</summary>
    public static async Task<IReadOnlyList<Drop>> ClaimedByAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/claimed_drops", ("run_id", runId));
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>The drops with which a run may be made again; the run's own have its date.</summary>
    public static async Task<IReadOnlyList<Drop>> ForRunAsync(
        NpgsqlConnection connection, Run run, PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Drops/retry_drops",
            ("pipeline", run.Pipeline), ("run_id", run.Id), ("run_date", run.RunDate),
            ("accumulating", pipeline.Accumulating.ToArray()),
            ("optional", pipeline.Feeds.Where(feed => !feed.Required && !feed.Accumulates).Select(feed => feed.Name).ToArray()),
            ("parts", pipeline.PartsOfChange.ToArray()));
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>A claimed drop's object is not there any more; within the caller's transaction.</summary>
    public static async Task GoneAsync(NpgsqlConnection connection, Drop drop, string reason, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/gone_drop", ("id", drop.Id), ("reason", reason));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A waiting drop's object was deleted; within the caller's transaction.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="drop">The newest version of its key that waits.</param>
    /// <param name="every">Whether the older versions of the key that wait go with it:
    /// of a snapshot they are what was to be replaced.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task WithdrawAsync(
        NpgsqlConnection connection, Drop drop, bool every, string reason, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/withdraw_drop", ("id", drop.Id), ("every", every), ("reason", reason));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Puts a drop aside, within the caller's transaction.</summary>
    /// <returns>False when it was no longer pending.</returns>
    public static async Task<bool> DisposeOfAsync(NpgsqlConnection connection, Disposal disposal, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/dispose_of_drop",
            ("id", disposal.Drop.Id), ("disposition", Word.Of(disposal.Disposition)), ("reason", disposal.Reason));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Those of some drops that are put aside still, as they were.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="ids">The drops.</param>
    /// <param name="disposition">As what they were put aside.</param>
    /// <param name="date">The date that they are told with.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    public static async Task<IReadOnlyList<Disposal>> PutAsideAsync(
        NpgsqlConnection connection, IReadOnlyCollection<long> ids, DropDisposition disposition, DateOnly date,
        CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Drops/put_aside_drops", ("ids", ids.ToArray()), ("disposition", Word.Of(disposition)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var disposals = new List<Disposal>();
        while (await reader.ReadAsync(cancellationToken))
        {
            disposals.Add(new Disposal(DropOf(reader), date, disposition, reader.GetOrNull<string>(12) ?? ""));
        }

        return disposals;
    }

    /// <summary>Drops by id, whatever became of them, locked within the caller's transaction.</summary>
    public static async Task<IReadOnlyList<FoundDrop>> FindAsync(
        NpgsqlConnection connection, string pipeline, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/discardable_drops", ("pipeline", pipeline), ("ids", ids.ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<FoundDrop>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new FoundDrop(
                reader.Get<long>(0), reader.GetOrNull<string>(1), reader.Get<string>(2), Word.Parse<DropDisposition>(reader.Get<string>(3)),
                reader.Get<DateOnly?>(4), reader.Get<bool>(5), reader.GetOrNull<string>(6)));
        }

        return found;
    }

    /// <summary>Has nothing take these drops any more, within the caller's transaction.</summary>
    public static async Task DiscardAsync(
        NpgsqlConnection connection, IReadOnlyCollection<long> ids, string who, string reason, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Drops/discard_drops", ("ids", ids.ToArray()), ("who", who), ("reason", reason));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>What <c>record_drop.sql</c> answers; null when the drop was known.</returns>
    private async Task<string?> RecordAsync(
        NpgsqlConnection connection, string pipeline, SortedEvent sorted, CancellationToken cancellationToken)
    {
        var told = sorted.Event;
        await using (var keyLock = connection.Embedded("Ledger/Drops/lock_key", ("key", $"{pipeline}:{told.Bucket}:{told.Key}")))
        {
            await keyLock.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = connection.Embedded("Ledger/Drops/record_drop",
            ("pipeline", pipeline), ("feed", sorted.Feed), ("bucket", told.Bucket), ("key", told.Key), ("version_id", told.VersionId),
            ("etag", told.ETag), ("size", told.Size), ("sequencer", told.Sequencer), ("event_time", told.EventTime.ToUniversalTime()),
            ("source", Word.Of(told.Source)), ("now", time.GetUtcNow()),
            ("disposition", Word.Of(sorted.Disposition)), ("reason", sorted.Reason));
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<Drop>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var drops = new List<Drop>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            drops.Add(DropOf(reader));
        }

        return drops;
    }

    private static Drop DropOf(NpgsqlDataReader reader) => new()
    {
        Id = reader.Get<long>(0),
        Feed = reader.Get<string>(1),
        Bucket = reader.Get<string>(2),
        Key = reader.Get<string>(3),
        VersionId = reader.GetOrNull<string>(4),
        ETag = reader.GetOrNull<string>(5),
        Size = reader.Get<long>(6),
        Sequencer = reader.GetOrNull<string>(7),
        EventTime = reader.Get<DateTimeOffset>(8),
        Disposition = Word.Parse<DropDisposition>(reader.Get<string>(9)),
        RunDate = reader.Get<DateOnly?>(10),
        ReceivedAt = reader.Get<DateTimeOffset>(11),
    };
}
