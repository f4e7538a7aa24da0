using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Ledger.Drops;

/// <summary>The drops of a pipeline, and what becomes of them, on one session of the ledger.</summary>
internal interface IDropLedger
{
    /// <summary>The drops that the batch decision of this definition looks at.</summary>
    Task<IReadOnlyList<Drop>> CandidatesAsync(PipelineDefinition pipeline, CancellationToken cancellationToken);

    /// <summary>The drops that a run has claimed, in any order.</summary>
    Task<IReadOnlyList<Drop>> ClaimedByAsync(long runId, CancellationToken cancellationToken);

    /// <summary>The drops with which a run may be made again; the run's own have its date.</summary>
    Task<IReadOnlyList<Drop>> ForRunAsync(Run run, PipelineDefinition pipeline, CancellationToken cancellationToken);

    /// <summary>Gives a run a file that a command names, within the caller's transaction.</summary>
    Task RecordManualAsync(Run run, string feed, DropEvent file, CancellationToken cancellationToken);

    /// <summary>The versions of the key of an object that wait for a run, of a feed whose every drop counts; oldest first.</summary>
    Task<IReadOnlyList<Drop>> WaitingVersionsAsync(
        string pipeline, string feed, DropEvent current, CancellationToken cancellationToken);

    /// <summary>Whether the bytes of a file are in its feed's table already.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="feed">The feed.</param>
    /// <param name="sha256">The hash of the bytes, in hexadecimal.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>The key and the run of the file that brought them; null where none has.</returns>
    Task<(string Key, DateOnly Date, long Run)?> LoadedContentAsync(
        string pipeline, string feed, string sha256, CancellationToken cancellationToken);

    /// <summary>A claimed drop's object is not there any more; within the caller's transaction.</summary>
    Task GoneAsync(Drop drop, string reason, CancellationToken cancellationToken);

    /// <summary>A waiting drop's object was deleted; within the caller's transaction.</summary>
    /// <param name="drop">The newest version of its key that waits.</param>
    /// <param name="every">Whether the older versions of the key that wait go with it:
    /// of a snapshot they are what was to be replaced.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    Task WithdrawAsync(Drop drop, bool every, string reason, CancellationToken cancellationToken);

    /// <summary>Puts a drop aside, within the caller's transaction.</summary>
    /// <returns>False when it was no longer pending.</returns>
    Task<bool> ExcludeAsync(ExcludedDrop excluded, CancellationToken cancellationToken);

    /// <summary>Those of some drops that are excluded still, as they were.</summary>
    /// <param name="ids">The drops.</param>
    /// <param name="disposition">As what they were excluded.</param>
    /// <param name="date">The date that they are reported with.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    Task<IReadOnlyList<ExcludedDrop>> ExcludedAsync(
        IReadOnlyCollection<long> ids, DropDisposition disposition, DateOnly date,
        CancellationToken cancellationToken);

    /// <summary>Drops by id, whatever became of them, locked within the caller's transaction.</summary>
    Task<IReadOnlyList<FoundDrop>> FindAsync(string pipeline, IReadOnlyCollection<long> ids, CancellationToken cancellationToken);

    /// <summary>Has nothing take these drops any more, within the caller's transaction.</summary>
    Task DiscardAsync(IReadOnlyCollection<long> ids, string who, string reason, CancellationToken cancellationToken);
}
