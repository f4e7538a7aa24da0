using System.Text;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Notify;

/// <summary>
/// Tells that nothing goes on, straight to the topic: the outbox is in the ledger, which may be what is out of reach. After ten
/// minutes, then hourly, and once more when it is over.
/// </summary>
internal sealed partial class StallAlert(ITopic topic, LoadedDefinition definition, TimeProvider time, ILogger<StallAlert> logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private readonly Dictionary<Stall, (DateTimeOffset Since, DateTimeOffset? Told)> _stalls = [];

    /// <summary>It could not be reached just now.</summary>
    /// <param name="stall">What.</param>
    /// <param name="cause">Why.</param>
    /// <param name="remedy">What to do about this cause; empty where only the usual is known.</param>
    /// <param name="lostAt">Since when, where that is known: it may have answered unseen after it was out of reach before.</param>
    /// <param name="cancellationToken">Cancels the telling.</param>
    public async Task StalledAsync(Stall stall, string cause, string remedy, DateTimeOffset? lostAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (since, told) =
            _stalls.TryGetValue(stall, out var known) && !(known.Since < lostAt) ? known : _stalls[stall] = (lostAt ?? now, null);
        if (now - since < Patience.BeforeTelling || now - told < Every)
        {
            return;
        }

        var body = new StringBuilder()
            .AppendLine(Text($"The worker has not reached {stall.What} since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC."))
            .AppendLine()
            .AppendLine(Text($"Cause      {cause}"))
            .AppendLine(Text($"Do next    {(remedy.Length == 0 ? stall.Remedy : remedy)}"))
            .AppendLine("           Nothing is lost, and nothing counts as tried: it goes on by itself.")
            .AppendLine()
            .AppendLine("This is told again every hour until it is over.");
        if (await TellAsync(
            $"{stall.Name}_unreachable", Text($"{stall.Name.ToUpperInvariant()} UNREACHABLE since {since.UtcDateTime:HH:mm} UTC"), body,
            cancellationToken))
        {
            _stalls[stall] = (since, now);
        }
    }

    /// <summary>It answered.</summary>
    public async Task OverAsync(Stall stall, CancellationToken cancellationToken)
    {
        if (_stalls.Remove(stall, out var known) && known.Told is not null)
        {
            var body = new StringBuilder().AppendLine(Text(
                $"The worker reaches {stall.What} again, which it had not since {known.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. ",
                $"What was dropped meanwhile is being worked off."));
            await TellAsync($"{stall.Name}_reachable", $"{stall.Name.ToUpperInvariant()} REACHABLE again", body, cancellationToken);
        }
    }

    private async Task<bool> TellAsync(string kind, string headline, StringBuilder body, CancellationToken cancellationToken)
    {
        var pipeline = definition.Pipeline.Name;
        var today = definition.Calendar.DateOf(time.GetUtcNow());
        var notice = new Notice
        {
            Pipeline = pipeline,
            Kind = kind,
            Subject = Notice.SubjectOf(pipeline, today, headline),
            Body = Notice.BodyOf(body),
        };
        try
        {
            var id = await topic.PublishAsync(notice, cancellationToken);
            LogTold(notice.Subject, id);
            return true;
        }
        catch (FaultException unsent)
        {
            LogUntold(notice.Subject, unsent.Fault.Cause);
            return false;
        }
    }

    private static string Text(params FormattableString[] texts) => Notice.TextOf(texts);

    [LoggerMessage(LogLevel.Information, "Told: {Subject} (SNS message {MessageId})")]
    private partial void LogTold(string subject, string messageId);

    [LoggerMessage(LogLevel.Warning, "Could not tell \"{Subject}\": {Fault}")]
    private partial void LogUntold(string subject, string fault);
}
