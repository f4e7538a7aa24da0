using System.Net;
using EtlWorker.Faults;
using EtlWorker.Ledger.Notices;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Notify;

/// <summary>Sends what stands in the outbox, oldest first, at least once.</summary>
internal sealed partial class NoticeSender(Outbox outbox, ITopic topic, ILogger<NoticeSender> logger)
{
    /// <summary>Needs no lock of the pipeline: what one worker is sending, another one passes over.</summary>
    public async Task SendAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (await outbox.NextUnsentAsync(connection, pipeline, after, cancellationToken) is not { } next)
            {
                return;
            }

            after = next.Id;
            var goesOn = await SendAsync(connection, next, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            if (!goesOn)
            {
                return;
            }
        }
    }

    /// <returns>Whether the next one may be tried.</returns>
    private async Task<bool> SendAsync(NpgsqlConnection connection, UnsentNotice next, CancellationToken cancellationToken)
    {
        var (id, notice) = next;
        using var scope = notice is { RunId: { } run, RunDate: { } date }
            ? logger.BeginScope(new Dictionary<string, object> { ["RunId"] = run, ["RunDate"] = date })
            : null;
        try
        {
            var messageId = await topic.PublishAsync(notice, cancellationToken);
            await outbox.MarkSentAsync(connection, id, messageId, cancellationToken);
            LogSent(notice.Subject, messageId);
            return true;
        }
        catch (Exception fault) when (IsOutOfReach(fault, cancellationToken))
        {
            await Outbox.MarkUnsentAsync(connection, id, fault.Message, cancellationToken);
            LogUnsent(notice.Subject, fault.Message);
            // Where SNS refuses this one, the others must not wait for it.
            return fault is HttpRequestException { StatusCode: HttpStatusCode.BadRequest };
        }
    }

    /// <summary>Whether a notice may be out or not, and must be sent again.</summary>
    internal static bool IsOutOfReach(Exception fault, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && AwsFault.Classify(fault) is not null;

    [LoggerMessage(LogLevel.Information, "Told: {Subject} (SNS message {MessageId})")]
    private partial void LogSent(string subject, string messageId);

    [LoggerMessage(LogLevel.Warning, "Could not tell \"{Subject}\": {Fault}. It stays in etl.notification and is sent again")]
    private partial void LogUnsent(string subject, string fault);
}
