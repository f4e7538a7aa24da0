namespace EtlWorker.StandIns.Sns;

/// <summary>A message published to a topic.</summary>
/// <param name="TopicArn">The topic.</param>
/// <param name="Subject">The subject line; null when none was given.</param>
/// <param name="Message">The body.</param>
/// <param name="Attributes">The message attributes' values by name; binary ones in base64.</param>
/// <param name="MessageId">The id that Publish answered with.</param>
/// <param name="At">When it was published.</param>
public sealed record Notice(
    string TopicArn,
    string? Subject,
    string Message,
    IReadOnlyDictionary<string, string> Attributes,
    string MessageId,
    DateTimeOffset At);
