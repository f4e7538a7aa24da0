using EtlWorker.Ledger.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Notify;

/// <summary>No topic: notices are in the journal, a line each, and in the ledger (<c>etl.notification</c>).</summary>
internal sealed partial class JournalTopic(ILogger<JournalTopic> logger) : ITopic
{
    public Task<string> PublishAsync(Notice notice, CancellationToken cancellationToken)
    {
        // Whoever looks for warnings alone finds what needs a person.
        var level = notice.Kind == NoticeKind.Succeeded.Name() ? LogLevel.Information : LogLevel.Warning;
        foreach (var line in notice.Body.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).Prepend(notice.Subject))
        {
            LogLine(level, line);
        }

        return Task.FromResult("journal");
    }

    [LoggerMessage("Notice: {Line}")]
    private partial void LogLine(LogLevel level, string line);
}
