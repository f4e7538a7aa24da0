using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

internal static class Expect
{
    public static BatchDecision Ready(this BatchDecision decision, int day, params Drop[] drops)
    {
        Assert.NotNull(decision.Ready);
        Assert.Equal(Timeline.Day(day), decision.Ready.RunDate);
        Assert.Equal(drops, decision.Ready.Drops);
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

    private static BatchDecision PutAside(this BatchDecision decision, DropDisposition disposition, string words, Drop[] drops)
    {
        var alike = decision.Disposals.Where(disposal => disposal.Disposition == disposition && disposal.Reason.Contains(words, StringComparison.Ordinal));
        Assert.Equal(drops.Select(drop => drop.Id), alike.Select(disposal => disposal.Drop.Id).Order());
        return decision;
    }
}
