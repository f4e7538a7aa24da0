using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Notices;
using EtlWorker.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Notify;

/// <summary>
/// Tells that nothing goes on, straight to the topic: the outbox is in the ledger, which may be what is out of reach. After ten
/// minutes, then hourly, and once more when it is over.
/// </summary>
internal sealed partial class StallAlert(
    ITopic topic, Func<IReadOnlyList<Pipeline>> concerned, TimeProvider time, ILogger<StallAlert> logger)
{
    /// <summary>In a subject, of which SNS takes 100 characters.</summary>
    private const int LongestNames = 40;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private readonly Dictionary<Stall, (DateTimeOffset Since, DateTimeOffset? NotifiedAt)> _stalls = [];

    /// <summary>It could not be reached just now.</summary>
    /// <param name="stall">What.</param>
    /// <param name="cause">Why.</param>
    /// <param name="remedy">What to do about this cause; empty where only the usual is known.</param>
    /// <param name="lostAt">Since when, where that is known: it may have answered unseen after it was out of reach before.</param>
    /// <param name="cancellationToken">Cancels the publishing.</param>
    public async Task StalledAsync(Stall stall, string cause, string remedy, DateTimeOffset? lostAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (since, notifiedAt) =
            _stalls.TryGetValue(stall, out var known) && !(known.Since < lostAt) ? known : _stalls[stall] = (lostAt ?? now, null);
        if (now - since < Patience.BeforeNotice || now - notifiedAt < Every)
        {
            return;
        }

        if (await PublishAsync(StallNotices.Stalled(Name, Today, stall, cause, remedy, since), cancellationToken))
        {
            _stalls[stall] = (since, now);
        }
    }

    /// <summary>It answered.</summary>
    public async Task OverAsync(Stall stall, CancellationToken cancellationToken)
    {
        if (_stalls.Remove(stall, out var known) && known.NotifiedAt is not null)
        {
            await PublishAsync(StallNotices.Over(Name, Today, stall, known.Since), cancellationToken);
        }
    }

    /// <summary>Whether it would answer is not asked any more.</summary>
    public void Forget() => _stalls.Clear();

    /// <summary>The names of the pipelines that do not go on; where they are many, how many.</summary>
    private string Name
    {
        get
        {
            var names = concerned().Select(pipeline => pipeline.Name).ToList();
            var all = string.Join(", ", names);
            return names.Count == 0 ? "no pipeline" : all.Length <= LongestNames || names.Count == 1 ? all : $"{names.Count} pipelines";
        }
    }

    private DateOnly Today => concerned() is [var first, ..]
        ? first.Definition.Calendar.DateOf(time.GetUtcNow())
        : DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private async Task<bool> PublishAsync(Notice notice, CancellationToken cancellationToken)
    {
        try
        {
            var id = await topic.PublishAsync(notice, cancellationToken);
            LogSent(notice.Subject, id);
            return true;
        }
        catch (FaultException unsent)
        {
            LogUnsent(notice.Subject, unsent.Fault.Advice);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Notice sent: {Subject} (SNS message {MessageId})")]
    private partial void LogSent(string subject, string messageId);

    [LoggerMessage(LogLevel.Warning, "Notice \"{Subject}\" could not be sent: {Fault}")]
    private partial void LogUnsent(string subject, string fault);
}
