using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Notify;

/// <summary>Sends what stands in the outbox, oldest first, at least once.</summary>
internal sealed partial class NoticeSender(ITopic topic, ILogger<NoticeSender> logger)
{
    /// <summary>Needs no lock of the pipeline: what one worker is sending, another one passes over.</summary>
    public async Task SendAsync(ILedgerSession session, string pipeline, CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            await using var transaction = await session.BeginAsync(cancellationToken);
            if (await session.Outbox.NextUnsentAsync(pipeline, after, cancellationToken) is not { } next)
            {
                return;
            }

            after = next.Id;
            var goesOn = await SendAsync(session, next, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            if (!goesOn)
            {
                return;
            }
        }
    }

    /// <returns>Whether the next one may be tried.</returns>
    private async Task<bool> SendAsync(ILedgerSession session, UnsentNotice next, CancellationToken cancellationToken)
    {
        var (id, notice) = next;
        using var scope = notice is { RunId: { } run, RunDate: { } date }
            ? logger.BeginScope(new Dictionary<string, object> { ["RunId"] = run, ["RunDate"] = date })
            : null;
        try
        {
            var messageId = await topic.PublishAsync(notice, cancellationToken);
            await session.Outbox.MarkSentAsync(id, messageId, cancellationToken);
            LogSent(notice.Subject, messageId);
            return true;
        }
        catch (FaultException unsent)
        {
            var fault = unsent.Fault;
            await session.Outbox.MarkUnsentAsync(id, fault.Cause, cancellationToken);
            LogUnsent(notice.Subject, fault.Advice);
            // Where SNS refuses this one, the others must not wait for it.
            return !fault.IsTransient;
        }
    }

    [LoggerMessage(LogLevel.Information, "Notice sent: {Subject} (message {MessageId})")]
    private partial void LogSent(string subject, string messageId);

    [LoggerMessage(LogLevel.Warning, "Notice \"{Subject}\" could not be sent; it stays in etl.notification and is sent again: {Fault}")]
    private partial void LogUnsent(string subject, string fault);
}
