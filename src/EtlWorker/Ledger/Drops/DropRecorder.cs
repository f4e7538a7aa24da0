using EtlWorker.Domain.Drops;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Drops;

/// <summary>Writes down what arrived: <c>etl.drop</c> and <c>etl.unreadable_message</c>. Each call is a transaction of its own.</summary>
internal sealed class DropRecorder(Database database, TimeProvider time) : IDropRecorder
{
    private const string NotKnown = "new";

    public async Task<IReadOnlyList<MatchedEvent>> RecordAsync(
        string pipeline, IReadOnlyList<MatchedEvent> events, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var news = new List<MatchedEvent>();
        // In one order for everybody, so that two workers with the same keys cannot wait for each other in a ring.
        foreach (var matched in events.OrderBy(matched => matched.Event.Key, StringComparer.Ordinal))
        {
            if (await RecordAsync(connection, pipeline, matched, time.GetUtcNow(), cancellationToken) is { } recorded)
            {
                news.Add(matched with { Former = recorded == NotKnown ? null : EnumText.Parse<DropDisposition>(recorded) });
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return news;
    }

    public async Task<IReadOnlySet<string>> GoneKeysAsync(
        string pipeline, string bucket, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Embedded(
            "Ledger/Drops/gone_keys", ("pipeline", pipeline), ("bucket", bucket), ("since", since.ToUniversalTime()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(reader.Get<string>(0));
        }

        return keys;
    }

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

    /// <summary>Within the caller's transaction.</summary>
    /// <returns>What <c>record_drop.sql</c> answers; null when the drop was known.</returns>
    public static async Task<string?> RecordAsync(
        NpgsqlConnection connection, string pipeline, MatchedEvent matched, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = matched.Event;
        await using (var keyLock = connection.Embedded("Ledger/Drops/lock_key", ("key", $"{pipeline}:{found.Bucket}:{found.Key}")))
        {
            await keyLock.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = connection.Embedded("Ledger/Drops/record_drop",
            ("pipeline", pipeline), ("feed", matched.Feed), ("bucket", found.Bucket), ("key", found.Key), ("version_id", found.VersionId),
            ("etag", found.ETag), ("size", found.Size), ("sequencer", found.Sequencer), ("event_time", found.EventTime.ToUniversalTime()),
            ("source", EnumText.Of(found.Source)), ("now", now),
            ("disposition", EnumText.Of(matched.Disposition)), ("reason", matched.Reason));
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
