using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>What the ledger does with drops and runs, in memory; a claim that it would refuse fails the test.</summary>
internal sealed class LedgerSample(PipelineDefinition definition)
{
    private readonly Dictionary<long, Drop> _drops = [];
    private readonly Dictionary<DateOnly, RunSummary> _runs = [];

    public IReadOnlyCollection<Drop> Drops => _drops.Values;

    public IReadOnlyCollection<RunSummary> Runs => _runs.Values;

    public IEnumerable<Drop> Pending => With(DropDisposition.Pending);

    /// <summary>What the gate asks the planner about.</summary>
    public IEnumerable<Drop> Candidates => Pending
        .Concat(With(DropDisposition.Held).Where(IsIncremental))
        .Concat(With(DropDisposition.Failed).Where(drop => IsOpen(drop.RunDate)))
        .Concat(definition.Trigger.When == TriggerKind.Change ? Newest : []);

    public Drop this[Drop drop] => _drops[drop.Id];

    public void Record(Drop drop) => _drops.Add(drop.Id, drop);

    public void Remove(Drop drop) => _drops.Remove(drop.Id);

    public void Set(Drop drop, DropDisposition disposition) => _drops[drop.Id] = _drops[drop.Id] with { Disposition = disposition };

    /// <summary>A run of the date with these drops, whatever they were.</summary>
    public void Ran(DateOnly date, RunState state, IEnumerable<Drop> drops)
    {
        _runs[date] = new RunSummary(date, state);
        var disposition = state switch
        {
            RunState.Claimed => DropDisposition.Claimed,
            RunState.Failed => DropDisposition.Failed,
            _ => DropDisposition.Loaded,
        };
        foreach (var drop in drops)
            _drops[drop.Id] = _drops[drop.Id] with { Disposition = disposition, RunDate = date };
    }

    /// <summary>Puts aside, and claims what is ready: the run is then in progress.</summary>
    public void Apply(BatchDecision decision)
    {
        foreach (var disposal in decision.Disposals)
            _drops[disposal.Drop.Id] = Claimable(disposal.Drop, DropDisposition.Pending) with { Disposition = disposal.Disposition };

        if (decision.Ready is not { } batch)
            return;

        if (_runs.ContainsKey(batch.RunDate))
        {
            Assert.True(IsOpen(batch.RunDate), $"{batch.RunDate:O} has its run");
            // What the failed run had, and the new one has not.
            var left = With(DropDisposition.Failed).Where(drop => drop.RunDate == batch.RunDate);
            foreach (var drop in left.ExceptBy(batch.Drops.Select(drop => drop.Id), drop => drop.Id).ToList())
                _drops[drop.Id] = drop with { Disposition = DropDisposition.Superseded };
        }

        foreach (var drop in batch.Drops)
            Claimable(drop, CanBeClaimed(drop, batch.RunDate));

        Ran(batch.RunDate, RunState.Claimed, batch.Drops);
    }

    /// <summary>The run in progress comes to its end.</summary>
    public void End(RunState state)
    {
        var run = Assert.Single(_runs.Values, run => run.State == RunState.Claimed);
        var claimed = With(DropDisposition.Claimed).ToList();
        Ran(run.RunDate, state, claimed);
        if (state != RunState.Failed)
            return;

        // Of no drop is it said that the run failed by its contents.
        foreach (var drop in claimed)
            GiveBack(drop, AfterFailure.DispositionOf(definition.Target(drop.Feed)!, isAtFault: false, isNewest: true));
    }

    private void GiveBack(Drop drop, DropDisposition becomes)
    {
        if (becomes != DropDisposition.Failed)
            _drops[drop.Id] = _drops[drop.Id] with { Disposition = becomes, RunDate = null };
    }

    private DropDisposition[] CanBeClaimed(Drop drop, DateOnly date) =>
    [
        DropDisposition.Pending,
        .. IsIncremental(drop) ? [DropDisposition.Held] : Array.Empty<DropDisposition>(),
        .. drop.RunDate == date ? [DropDisposition.Failed] : Array.Empty<DropDisposition>(),
        .. definition.PartsOfChange.Contains(drop.Feed) ? [DropDisposition.Loaded] : Array.Empty<DropDisposition>(),
        .. definition.Trigger.When == TriggerKind.Change && !IsIncremental(drop)
            ? [DropDisposition.Held, DropDisposition.Failed, DropDisposition.Superseded]
            : Array.Empty<DropDisposition>(),
    ];

    private Drop Claimable(Drop drop, params DropDisposition[] from)
    {
        Assert.True(from.Contains(_drops[drop.Id].Disposition), $"drop {drop.Id} of {drop.Feed} is {_drops[drop.Id].Disposition}");
        return _drops[drop.Id];
    }

    private IEnumerable<Drop> With(DropDisposition disposition) => _drops.Values.Where(drop => drop.Disposition == disposition);

    private IEnumerable<Drop> Newest => _drops.Values
        .Where(drop => drop.Disposition is not (DropDisposition.Pending or DropDisposition.Ignored))
        .Where(drop => drop.Size > 0 && definition.Target(drop.Feed) is FeedDefinition { Required: true })
        .GroupBy(drop => drop.Feed).SelectMany(feed => definition.Target(feed.Key)!.HasParts ? feed.NewestOfEachKey() : [feed.Newest()]);

    private bool IsIncremental(Drop drop) => definition.Target(drop.Feed) is { IsIncremental: true };

    private bool IsOpen(DateOnly? date) =>
        definition.Trigger.FailedDay == FailedDay.Open && date is { } of && _runs.TryGetValue(of, out var run)
            && run.State == RunState.Failed;
}
