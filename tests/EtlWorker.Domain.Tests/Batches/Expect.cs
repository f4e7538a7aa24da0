using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Notices;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

internal static class Expect
{
    public static BatchDecision Ready(this BatchDecision decision, int day, params Drop[] drops)
    {
        Assert.NotNull(decision.Ready);
        Assert.Equal(day, decision.Ready.RunDate.Day);
        Assert.Equal(drops.Select(Named), decision.Ready.Drops.Select(Named));
        return decision;
    }

    public static BatchDecision NothingReady(this BatchDecision decision)
    {
        Assert.Null(decision.Ready);
        return decision;
    }

    public static BatchDecision NothingPutAside(this BatchDecision decision)
    {
        Assert.Empty(decision.Disposals);
        return decision;
    }

    /// <summary>Exactly these are held, and the reason has these words.</summary>
    public static BatchDecision Held(this BatchDecision decision, string words, params Drop[] drops) =>
        decision.PutAside(DropDisposition.Held, words, drops);

    /// <summary>Exactly these are superseded with a reason that has these words.</summary>
    public static BatchDecision Superseded(this BatchDecision decision, string words, params Drop[] drops) =>
        decision.PutAside(DropDisposition.Superseded, words, drops);

    /// <summary>The required feeds that a change runs without.</summary>
    public static BatchDecision Missing(this BatchDecision decision, params string[] feeds)
    {
        Assert.Equal(feeds, decision.Ready!.Missing);
        return decision;
    }

    /// <summary>The keys of the empty objects that a change does without.</summary>
    public static BatchDecision Empty(this BatchDecision decision, params string[] keys)
    {
        Assert.Equal(keys, decision.Ready!.Empty.Select(drop => drop.Key));
        return decision;
    }

    /// <summary>Nothing else is excluded than what was counted here.</summary>
    public static BatchDecision NothingElse(this BatchDecision decision, int putAside)
    {
        Assert.Equal(putAside, decision.Disposals.Count);
        return decision;
    }

    /// <summary>Why a drop is not loaded, as a person reads it.</summary>
    public static string Text(this Disposal disposal) => DisposalText.Of("retail", disposal);

    private static string Named(Drop drop) => $"{drop.Id} {drop.Feed} {drop.EventTime:u}";

    private static BatchDecision PutAside(this BatchDecision decision, DropDisposition disposition, string words, Drop[] drops)
    {
        var alike = decision.Disposals.Where(
            disposal => disposal.Disposition == disposition && disposal.Text().Contains(words, StringComparison.Ordinal));
        Assert.Equal(drops.Select(drop => drop.Id), alike.Select(disposal => disposal.Drop.Id).Order());
        return decision;
    }
}
