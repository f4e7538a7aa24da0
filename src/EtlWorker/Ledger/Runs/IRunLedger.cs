using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger.Runs;

/// <summary>
/// The runs of a pipeline, on one session of the ledger. Every change of state is conditional on state and attempt, so a worker that lost
/// its run cannot change it.
/// </summary>
internal interface IRunLedger
{
    /// <summary>The states of the event-driven runs whose dates pending drops may still fall on.</summary>
    Task<IReadOnlyList<RunSummary>> SummariesAsync(string pipeline, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the batch's date and its drops, within the caller's transaction. The unique key on the date decides between
    /// workers.
    /// </summary>
    /// <returns>Null when the date was taken, or a drop was no longer pending: the caller rolls back then.</returns>
    Task<Run?> ClaimAsync(Claim claim, CancellationToken cancellationToken);

    /// <summary>The pipeline's run that has begun and not ended, if there is one.</summary>
    Task<Run?> UnfinishedAsync(string pipeline, CancellationToken cancellationToken);

    /// <summary>The runs of commands that are loaded, and whose results are not delivered, oldest first.</summary>
    Task<IReadOnlyList<Run>> UndeliveredManualAsync(string pipeline, CancellationToken cancellationToken);

    /// <summary>The definition that a run began with: its document, and its SQL files as one JSON object.</summary>
    Task<(string Document, string Sql)> DefinitionAsync(string hash, CancellationToken cancellationToken);

    /// <summary>What the ledger has on the last attempt of a run, so that a notice can be written after a crash as well.</summary>
    /// <param name="run">The run; its present attempt is reported.</param>
    /// <param name="feeds">The definition's feeds, in whose order the story goes.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<RunStory> StoryAsync(Run run, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken);

    /// <summary>Begins a further attempt of a run that nobody is loading; how the former one ended is kept as a warning.</summary>
    Task<Run> NextAttemptAsync(Run run, string worker, CancellationToken cancellationToken);

    /// <summary>Nothing was tried for a while: what a run has waited before no longer counts against its patience.</summary>
    /// <param name="run">The run.</param>
    /// <param name="wasAway">Whether the ledger was out of reach; else the time since the last fault decides.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    Task BeginWaitAnewAsync(Run run, bool wasAway, CancellationToken cancellationToken);

    /// <summary>Goes on with the delivery of a committed run that another worker left.</summary>
    Task<Run> TakeOverDeliveryAsync(Run run, string worker, CancellationToken cancellationToken);

    /// <summary>An attempt that could not keep its journal does not count; on the run's own connection.</summary>
    Task ForgiveAttemptAsync(Run run, CancellationToken cancellationToken);

    /// <summary>The newest run date that was ever committed, though it may be made again now; null before the first.</summary>
    Task<DateOnly?> NewestLoadedAsync(string pipeline, CancellationToken cancellationToken);

    /// <summary>How many rows each feed had in its last runs before this one's date; nothing for one that had none.</summary>
    Task<IReadOnlyDictionary<string, FormerRows>> FormerRowsAsync(
        Run run, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken);

    /// <summary>The last statement of the data transaction: the run is committed, its drops are loaded.</summary>
    Task CommitAsync(Run run, IEnumerable<string> warnings, CancellationToken cancellationToken);

    /// <summary>Exports are in place.</summary>
    Task SucceedAsync(Run run, CancellationToken cancellationToken);

    /// <summary>Gives the run up; its drops have failed with it. One that had been loaded before is again what it was.</summary>
    /// <param name="run">The run.</param>
    /// <param name="error">The cause, for a person.</param>
    /// <param name="returned">The drops of optional feeds that were not at fault and wait for the next run.</param>
    /// <param name="kept">The drops of feeds whose every drop counts that were not at fault and are taken by the next run.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>The state that the run has now: failed, or what it was before it was made again.</returns>
    Task<RunState> FailAsync(
        Run run, string error, IEnumerable<long> returned, IEnumerable<long> kept,
        CancellationToken cancellationToken);

    /// <summary>How far a run has come; it stays in the ledger once it was retried.</summary>
    Task<RunProgress> ProgressAsync(long run, CancellationToken cancellationToken);

    /// <summary>Gives a claim back, within the caller's transaction: its drops wait again, and the date is unused.</summary>
    Task ReleaseAsync(Run run, CancellationToken cancellationToken);

    /// <summary>Has a claimed run execute with other drops, within the caller's transaction.</summary>
    Task ReplaceDropsAsync(Run run, Claim claim, CancellationToken cancellationToken);

    /// <summary>Gives up delivering a committed run; its tables stay as they are.</summary>
    Task ParkAsync(Run run, string error, CancellationToken cancellationToken);

    /// <summary>The event-driven run of a date, if there is one.</summary>
    Task<Run?> OfDateAsync(string pipeline, DateOnly date, CancellationToken cancellationToken);

    /// <summary>Lets a parked run be delivered again.</summary>
    Task UnparkAsync(Run run, LoadedDefinition definition, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Gives an ended run back to the workers, with the drops and the definition of the claim, within the caller's
    /// transaction. Drops that it had and that were not taken again are superseded.
    /// </summary>
    Task ReopenAsync(Run run, Claim claim, string reason, CancellationToken cancellationToken);
}
