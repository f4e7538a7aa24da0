using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>
/// What is to be said: <c>etl.notification</c>. A notice is written in the transaction that changes the state it tells of,
/// and sent afterwards, at least once.
/// </summary>
internal sealed class Outbox(TimeProvider time)
{
    public async Task AddAsync(NpgsqlConnection connection, Notice notice, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/add_notice",
            ("pipeline", notice.Pipeline), ("run_id", notice.RunId), ("run_date", notice.RunDate), ("kind", notice.Kind),
            ("subject", notice.Subject), ("body", notice.Body), ("now", time.GetUtcNow()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The next notice that is to be sent, kept from other senders until the caller's transaction ends.</summary>
    /// <param name="connection">Any connection, in a transaction.</param>
    /// <param name="pipeline">Whose notices.</param>
    /// <param name="after">The last one that was looked at; 0 for the oldest.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>Null when there is none that nobody else is sending.</returns>
    public static async Task<UnsentNotice?> NextUnsentAsync(NpgsqlConnection connection, string pipeline, long after, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/next_unsent_notice", ("pipeline", pipeline), ("after", after));
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

    /// <param name="connection">Any connection.</param>
    /// <param name="id">The notice.</param>
    /// <param name="messageId">SNS's name for it.</param>
    /// <param name="cancellationToken">Cancels the update; the notice may then be sent again.</param>
    public async Task MarkSentAsync(NpgsqlConnection connection, long id, string messageId, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/mark_sent", ("id", id), ("message_id", messageId), ("now", time.GetUtcNow()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task MarkUnsentAsync(NpgsqlConnection connection, long id, string error, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/mark_unsent", ("id", id), ("error", error));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
