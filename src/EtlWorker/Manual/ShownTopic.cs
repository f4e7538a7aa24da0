using EtlWorker.Ledger.Notices;
using EtlWorker.Notify;

namespace EtlWorker.Manual;

/// <summary>Shows a command's notice to whoever gave the command, and publishes it where a topic is configured.</summary>
/// <param name="topic">Null where there is none.</param>
/// <param name="output">Where it is shown.</param>
internal sealed class ShownTopic(ITopic? topic, TextWriter output) : ITopic
{
    private readonly HashSet<string> _shown = [];

    public async Task<string> PublishAsync(Notice notice, CancellationToken cancellationToken)
    {
        // One that could not be published is tried again, and was shown.
        if (_shown.Add(notice.Subject + notice.Body))
        {
            await output.WriteLineAsync(notice.Subject);
            await output.WriteLineAsync();
            await output.WriteLineAsync(notice.Body.TrimEnd());
        }

        return topic is null ? "shown" : await topic.PublishAsync(notice, cancellationToken);
    }
}
