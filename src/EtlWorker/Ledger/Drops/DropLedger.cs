using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Drops;

/// <summary>The drops of a pipeline, and what becomes of them: <c>etl.drop</c>.</summary>
internal sealed class DropLedger(NpgsqlConnection connection, TimeProvider time) : IDropLedger
{
    public async Task<IReadOnlyList<Drop>> CandidatesAsync(PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/candidate_drops",
            ("pipeline", pipeline.Name), ("open", pipeline.Trigger.FailedDay == FailedDay.Open),
            ("incremental", pipeline.Incremental.ToArray()), ("needing", pipeline.NeedingRows.ToArray()),
            ("parts", pipeline.PartsOfChange.ToArray()),
            ("changing", pipeline.ReadUnchanged.ToArray()));
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<IReadOnlyList<Drop>> ClaimedByAsync(long runId, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/claimed_drops", ("run_id", runId));
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<IReadOnlyList<Drop>> ForRunAsync(Run run, PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Drops/retry_drops",
            ("pipeline", run.Pipeline), ("run_id", run.Id), ("run_date", run.RunDate),
            ("incremental", pipeline.Incremental.ToArray()),
            ("optional", pipeline.Feeds.Where(feed => !feed.Required && !feed.IsIncremental).Select(feed => feed.Name).ToArray()),
            ("parts", pipeline.PartsOfChange.ToArray()));
        return await ReadAsync(command, cancellationToken);
    }

    public async Task RecordManualAsync(Run run, string feed, DropEvent file, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/record_manual",
            ("pipeline", run.Pipeline), ("feed", feed), ("bucket", file.Bucket), ("key", file.Key), ("version_id", file.VersionId),
            ("etag", file.ETag), ("size", file.Size), ("event_time", file.EventTime.ToUniversalTime()), ("now", time.GetUtcNow()),
            ("run_id", run.Id));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Drop>> WaitingVersionsAsync(
        string pipeline, string feed, DropEvent current, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/waiting_versions",
            ("pipeline", pipeline), ("feed", feed), ("bucket", current.Bucket), ("key", current.Key), ("etag", current.ETag));
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<(string Key, DateOnly Date, long Run)?> LoadedContentAsync(
        string pipeline, string feed, string sha256, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Drops/loaded_content", ("pipeline", pipeline), ("feed", feed), ("sha256", sha256));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.Get<string>(0), reader.Get<DateOnly>(1), reader.Get<long>(2))
            : null;
    }

    public async Task GoneAsync(Drop drop, string reason, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/gone_drop", ("id", drop.Id), ("reason", reason));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task WithdrawAsync(Drop drop, bool every, string reason, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/withdraw_drop", ("id", drop.Id), ("every", every), ("reason", reason));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<bool> ExcludeAsync(ExcludedDrop excluded, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/exclude_drop",
            ("id", excluded.Drop.Id), ("disposition", EnumText.Of(excluded.Disposition)), ("reason", excluded.Reason));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async Task<IReadOnlyList<ExcludedDrop>> ExcludedAsync(
        IReadOnlyCollection<long> ids, DropDisposition disposition, DateOnly date,
        CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Drops/excluded_drops", ("ids", ids.ToArray()), ("disposition", EnumText.Of(disposition)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var excluded = new List<ExcludedDrop>();
        while (await reader.ReadAsync(cancellationToken))
        {
            excluded.Add(new ExcludedDrop(DropOf(reader), date, disposition, reader.GetOrNull<string>(12) ?? ""));
        }

        return excluded;
    }

    public async Task<IReadOnlyList<FoundDrop>> FindAsync(
        string pipeline, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Drops/discardable_drops", ("pipeline", pipeline), ("ids", ids.ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<FoundDrop>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new FoundDrop(
                reader.Get<long>(0), reader.GetOrNull<string>(1), reader.Get<string>(2),
                EnumText.Parse<DropDisposition>(reader.Get<string>(3)),
                reader.Get<DateOnly?>(4), reader.Get<bool>(5), reader.GetOrNull<string>(6)));
        }

        return found;
    }

    public async Task DiscardAsync(IReadOnlyCollection<long> ids, string who, string reason, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Drops/discard_drops", ("ids", ids.ToArray()), ("who", who), ("reason", reason));
        await command.ExecuteNonQueryAsync(cancellationToken);
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
        Disposition = EnumText.Parse<DropDisposition>(reader.Get<string>(9)),
        RunDate = reader.Get<DateOnly?>(10),
        ReceivedAt = reader.Get<DateTimeOffset>(11),
    };
}
