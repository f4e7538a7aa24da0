using EtlWorker.Domain.Drops;
using EtlWorker.Ledger.Drops;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Notices;

/// <summary>
/// What is to be said: <c>etl.notification</c>. A notice is written in the transaction that changes the state it reports,
/// and sent afterwards, at least once.
/// </summary>
internal sealed class Outbox(NpgsqlConnection connection, IDropLedger drops, TimeProvider time) : IOutbox
{
    /// <summary>How long a notice of held drops waits for more. What a run supersedes is reported before the run's own notice.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    /// <summary>How many of such notices of one kind are sent without a pause.</summary>
    private const int MostAtOnce = 3;

    /// <summary>How long after the last of them the next one is sent.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public Task AddAsync(Notice notice, CancellationToken cancellationToken) =>
        AddAsync(notice, drops: null, cancellationToken);

    public async Task GatherAsync(
        string pipeline, DropDisposition disposition, IReadOnlyList<ExcludedDrop> excluded,
        Func<IReadOnlyList<ExcludedDrop>, Notice> write, CancellationToken cancellationToken)
    {
        if (await GatheringAsync(pipeline, disposition, cancellationToken) is not var (id, date, ids))
        {
            if (excluded.Count > 0)
            {
                await AddAsync(write(excluded), [.. excluded.Select(IdOf)], cancellationToken);
            }

            return;
        }

        var earlier = await drops.ExcludedAsync(ids, disposition, date, cancellationToken);
        IReadOnlyList<ExcludedDrop> all = [.. earlier.ExceptBy(excluded.Select(IdOf), IdOf), .. excluded];
        if (all.Count == 0)
        {
            await using var forget = connection.Embedded("Ledger/Notices/forget_notice", ("id", id));
            await forget.ExecuteNonQueryAsync(cancellationToken);
            return;
        }

        var notice = write(all);
        await using var command = connection.Embedded("Ledger/Notices/replace_notice",
            ("id", id), ("run_date", notice.RunDate), ("subject", notice.Subject), ("body", notice.Body),
            ("drop_ids", all.Select(IdOf).ToArray()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static long IdOf(ExcludedDrop one) => one.Drop.Id;

    private async Task<(long Id, DateOnly Date, long[] Drops)?> GatheringAsync(
        string pipeline, DropDisposition disposition, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Notices/gathering_notice", ("pipeline", pipeline), ("kind", EnumText.Of(disposition)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.Get<long>(0), reader.Get<DateOnly>(1), reader.Get<long[]>(2))
            : null;
    }

    private async Task AddAsync(Notice notice, long[]? drops, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Notices/add_notice",
            ("pipeline", notice.Pipeline), ("run_id", notice.RunId), ("run_date", notice.RunDate), ("kind", notice.Kind),
            ("subject", notice.Subject), ("body", notice.Body), ("now", time.GetUtcNow()), ("drop_ids", drops),
            ("moment", notice.Kind == EnumText.Of(DropDisposition.Held) ? Moment : TimeSpan.Zero),
            ("most", MostAtOnce), ("pause", Pause));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<UnsentNotice?> NextUnsentAsync(string pipeline, long after, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Notices/next_unsent_notice", ("pipeline", pipeline), ("after", after), ("now", time.GetUtcNow()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new UnsentNotice(reader.Get<long>(0), new Notice
            {
                Pipeline = pipeline,
                RunId = reader.Get<long?>(1),
                RunDate = reader.Get<DateOnly?>(2),
                Kind = reader.Get<string>(3),
                Subject = reader.Get<string>(4),
                Body = reader.Get<string>(5),
            })
            : null;
    }
    public async Task MarkSentAsync(long id, string messageId, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(
            "Ledger/Notices/mark_sent", ("id", id), ("message_id", messageId), ("now", time.GetUtcNow()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task MarkUnsentAsync(long id, string error, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Notices/mark_unsent", ("id", id), ("error", error));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
