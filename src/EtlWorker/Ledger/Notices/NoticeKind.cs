namespace EtlWorker.Ledger.Notices;

/// <summary>
/// What a notice is about. <see cref="NoticeKinds.Name"/> is how the ledger and the filters of the topic's subscriptions spell it.
/// </summary>
internal enum NoticeKind
{
    Succeeded,
    Failed,

    /// <summary>A run waits long for a temporary fault to be over.</summary>
    Waiting,

    /// <summary>A run is loaded, and its results are not delivered.</summary>
    NotExported,

    Held,
    Superseded,
    Ignored,

    /// <summary>A claimed or a waiting drop has no object any more.</summary>
    Gone,

    /// <summary>An expected day has no run by its deadline.</summary>
    Late,

    LedgerUnreachable,
    LedgerReachable,
    QueueUnreachable,
    QueueReachable,
    BucketUnreachable,
    BucketReachable,
    LockUnreachable,
    LockReachable,
    PlanUnreachable,
    PlanReachable,
    DefinitionsUnreachable,
    DefinitionsReachable,

    /// <summary>A version of a definition is not used.</summary>
    Refused,

    /// <summary>A pipeline's definition was removed.</summary>
    Paused,
}
