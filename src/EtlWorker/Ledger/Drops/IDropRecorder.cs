
namespace EtlWorker.Ledger.Drops;

/// <summary>Writes down what arrived. Each call is durable when it returns.</summary>
internal interface IDropRecorder
{
    /// <summary>Records every event of one message, durably when this returns. Recorded again, an event changes nothing.</summary>
    /// <returns>Those that the ledger did not have, or had put down as ignored or gone and that count now.</returns>
    Task<IReadOnlyList<MatchedEvent>> RecordAsync(string pipeline, IReadOnlyList<MatchedEvent> events, CancellationToken cancellationToken);

    /// <summary>The keys of a source's drops that are gone, and that count again where their very version is there again.</summary>
    Task<IReadOnlySet<string>> GoneKeysAsync(
        string pipeline, string bucket, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The ignored drops that a definition may take now; those of a feed that was taken out of it whenever they landed.</summary>
    Task<IReadOnlyList<(long Id, string Bucket, string Key)>> IgnoredAsync(
        string pipeline, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>An ignored drop waits for its set, since a feed takes it now.</summary>
    /// <returns>False when it was ignored no more.</returns>
    Task<bool> RecallAsync(long id, string feed, CancellationToken cancellationToken);

    Task RecordUnreadableAsync(
        string queue, string messageId, string body, string reason, int receiveCount, CancellationToken cancellationToken);
}
