using EtlWorker.Ledger.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Notify;

/// <summary>No topic: notices are in the journal, and in the ledger (<c>etl.notification</c>).</summary>
internal sealed partial class JournalTopic(ILogger<JournalTopic> logger) : ITopic
{
    public Task<string> PublishAsync(Notice notice, CancellationToken cancellationToken)
    {
        LogNotice(notice.Subject, notice.Body.TrimEnd());
        return Task.FromResult("journal");
    }

    [LoggerMessage(LogLevel.Information, "{Subject}\n{Body}")]
    private partial void LogNotice(string subject, string body);
}
