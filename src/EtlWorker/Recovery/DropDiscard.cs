using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Notices;

namespace EtlWorker.Recovery;

/// <summary>A person's word that drops must never be loaded: a bad file of a feed whose every drop counts, for one.</summary>
internal sealed class DropDiscard(ILedger ledger)
{
    /// <summary>All of the drops, or none of them.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="ids">Ids of <c>etl.drop</c>.</param>
    /// <param name="who">The person, as the ledger is to name them.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels the change; nothing is discarded then.</param>
    public async Task<DiscardOutcome> DiscardAsync(
        string pipeline, IReadOnlyCollection<long> ids, string who, string reason, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenLockableAsync(cancellationToken);
        if (!await session.WaitForLockAsync(pipeline, cancellationToken))
        {
            return new DiscardOutcome.Refused([
                "A worker is at work on this pipeline; nothing was discarded. "
                + "Try again when its run has ended: select * from etl.latest_run."]);
        }

        await using var transaction = await session.BeginAsync(cancellationToken);
        var found = await session.Drops.FindAsync(pipeline, ids, cancellationToken);
        var unknown = ids.Except(found.Select(drop => drop.Id)).Order().ToList();
        if (unknown.Count > 0)
        {
            return new DiscardOutcome.NotFound(unknown);
        }

        var refusals = found.Select(Refusal).OfType<string>().ToList();
        if (refusals.Count > 0)
        {
            return new DiscardOutcome.Refused([.. refusals, "Nothing was discarded."]);
        }

        await session.Drops.DiscardAsync(ids, who, reason, cancellationToken);
        await HeldNotices.ForgetTakenAsync(session, pipeline, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new DiscardOutcome.Discarded(found);
    }

    private static string? Refusal(FoundDrop drop) => drop switch
    {
        { IsInTables: true } =>
            $"Drop {drop.Id} ({drop.Key}) is loaded: its rows are in the tables since the run of {drop.RunDate:yyyy-MM-dd}, "
                + "and discarding it would not remove them.",
        { Disposition: DropDisposition.Claimed } =>
            $"Drop {drop.Id} ({drop.Key}) is claimed by the run of {drop.RunDate:yyyy-MM-dd}, which has not ended. "
                + "Discard it when the run has failed: select * from etl.latest_run.",
        _ => null,
    };
}
