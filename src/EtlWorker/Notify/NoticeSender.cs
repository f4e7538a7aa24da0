using System.Net;
using EtlWorker.Ledger;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Notify;

/// <summary>Sends what stands in the outbox, oldest first, at least once.</summary>
internal sealed partial class NoticeSender(Outbox outbox, ITopic topic, ILogger<NoticeSender> logger)
{
    /// <summary>Called with the pipeline's lock held, so that two workers do not send the same notice at once.</summary>
    public async Task SendAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        foreach (var (id, notice) in await Outbox.UnsentAsync(connection, pipeline, cancellationToken))
        {
            using var scope = notice is { RunId: { } run, RunDate: { } date } ? logger.BeginScope(new Dictionary<string, object> { ["RunId"] = run, ["RunDate"] = date }) : null;
            string messageId;
            try
            {
                messageId = await topic.PublishAsync(notice, cancellationToken);
            }
            catch (Exception fault) when (IsOutOfReach(fault, cancellationToken))
            {
                await Outbox.MarkUnsentAsync(connection, id, fault.Message, cancellationToken);
                LogUnsent(notice.Subject, fault.Message);
                if (fault is HttpRequestException { StatusCode: HttpStatusCode.BadRequest })
                {
                    // SNS refuses this one; the others must not wait for it.
                    continue;
                }

                return;
            }

            await outbox.MarkSentAsync(connection, id, messageId, cancellationToken);
            LogSent(notice.Subject, messageId);
        }
    }

    /// <summary>Whether a notice may be out or not, and must be sent again.</summary>
    internal static bool IsOutOfReach(Exception fault, CancellationToken cancellationToken) =>
        fault is HttpRequestException or IOException or TimeoutException or Amazon.Runtime.AmazonClientException
        || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        || fault.GetType().Namespace?.StartsWith("Polly", StringComparison.Ordinal) == true;

    [LoggerMessage(LogLevel.Information, "Told: {Subject} (SNS message {MessageId})")]
    private partial void LogSent(string subject, string messageId);

    [LoggerMessage(LogLevel.Warning, "Could not tell \"{Subject}\": {Fault}. It stays in etl.notification and is sent again")]
    private partial void LogUnsent(string subject, string fault);
}
