using EtlWorker.Domain.Drops;
using EtlWorker.Ledger.Drops;

namespace EtlWorker.Ledger.Notices;

/// <summary>
/// What is to be notified, on one session of the ledger. A notice is written in the transaction that changes the state it reports.
/// </summary>
internal interface IOutbox
{
    Task AddAsync(Notice notice, CancellationToken cancellationToken);

    /// <summary>
    /// Notifies of drops that were excluded alike, together with those that are still to be notified of: two hundred files are not two
    /// hundred
    /// notices. What was taken, or discarded, since is not told any more. Within the caller's transaction.
    /// </summary>
    /// <param name="pipeline">Whose drops.</param>
    /// <param name="disposition">As what they were excluded.</param>
    /// <param name="excluded">The drops; none to leave out of the notice that waits what has been taken since.</param>
    /// <param name="write">Writes the notice of all that it is to report.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    Task GatherAsync(
        string pipeline, DropDisposition disposition, IReadOnlyList<ExcludedDrop> excluded,
        Func<IReadOnlyList<ExcludedDrop>, Notice> write, CancellationToken cancellationToken);

    /// <summary>The next notice that is to be sent, kept from other senders until the caller's transaction ends.</summary>
    /// <param name="pipeline">Whose notices.</param>
    /// <param name="after">The last one that was looked at; 0 for the oldest.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>Null when there is none that nobody else is sending.</returns>
    Task<UnsentNotice?> NextUnsentAsync(string pipeline, long after, CancellationToken cancellationToken);

    /// <param name="id">The notice.</param>
    /// <param name="messageId">SNS's name for it.</param>
    /// <param name="cancellationToken">Cancels the update; the notice may then be sent again.</param>
    Task MarkSentAsync(long id, string messageId, CancellationToken cancellationToken);

    Task MarkUnsentAsync(long id, string error, CancellationToken cancellationToken);
}
