using System.Text;
using EtlWorker.Ledger.Notices;

namespace EtlWorker.Notices;

/// <summary>Writes what is notified of a pipeline that does not go on.</summary>
internal static class StallNotices
{
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="today">The date of the subject.</param>
    /// <param name="stall">What is out of order.</param>
    /// <param name="cause">Why.</param>
    /// <param name="remedy">What to do about this cause; empty where only the usual is known.</param>
    /// <param name="since">Since when.</param>
    public static Notice Stalled(
        string pipeline, DateOnly today, Stall stall, string cause, string remedy, DateTimeOffset since)
    {
        var body = new StringBuilder()
            .AppendLine(Text(
                $"{stall.Cannot ?? $"The worker has not reached {stall.What}"} since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC."))
            .AppendLine()
            .AppendLine(Text($"Cause      {cause}"))
            .AppendLine(Text($"Do next    {(remedy.Length == 0 ? stall.Remedy : remedy)}"))
            .AppendLine("           Nothing is lost, and nothing counts as tried: the worker continues by itself.")
            .AppendLine()
            .AppendLine("This notice is sent every hour until it is over.");
        return NoticeOf(pipeline, stall.Stalled, today, Text($"{stall.Headline} since {since.UtcDateTime:HH:mm} UTC"), body);
    }

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="today">The date of the subject.</param>
    /// <param name="stall">What was out of order.</param>
    /// <param name="since">Since when.</param>
    public static Notice Over(string pipeline, DateOnly today, Stall stall, DateTimeOffset since)
    {
        var body = new StringBuilder().AppendLine(Text(
            $"The worker reaches {stall.What} again, which it had not since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. ",
            $"What was dropped meanwhile is being worked off."));
        return NoticeOf(pipeline, stall.Over, today, stall.HeadlineOver, body);
    }

    private static Notice NoticeOf(string pipeline, NoticeKind kind, DateOnly today, string headline, StringBuilder body) => new()
    {
        Pipeline = pipeline,
        Kind = kind.Name(),
        Subject = Notice.SubjectOf(pipeline, today, headline),
        Body = Notice.BodyOf(body),
    };

    private static string Text(params FormattableString[] texts) => Notice.TextOf(texts);
}
