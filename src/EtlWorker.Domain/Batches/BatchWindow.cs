using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>The drops that gather for one date until <see cref="Closes"/>, while the decision is being made.</summary>
internal sealed class BatchWindow(DateOnly date, DateTimeOffset closes)
{
    private readonly List<DatedDrop> _members = [];

    public DateOnly Date { get; private set; } = date;

    /// <summary>When the drops are excluded if they are no whole set by then.</summary>
    public DateTimeOffset Closes { get; private set; } = closes;

    public IReadOnlyList<DatedDrop> Members => _members;

    /// <summary>Those that are excluded with the window: all, or the marker alone, whose files another marker may take.</summary>
    public IEnumerable<DatedDrop> Own => Marker is null ? _members : [Marker];

    /// <summary>The marker that the window waits for the files of; of the trigger <c>marker</c> only.</summary>
    public DatedDrop? Marker { get; init; }

    /// <summary>From when on the drops are a batch, as far as they are known; null when they are none.</summary>
    public DateTimeOffset? ReadyAt { get; set; }

    /// <summary>Until when a further drop is waited for, counted from when the last one was received.</summary>
    public DateTimeOffset SettledAt { get; private set; }

    /// <summary>The required feeds that have no drop here.</summary>
    public IReadOnlyList<string> Missing { get; private set; } = [];

    public DateTimeOffset FirstEvent => _members.Min(member => member.Drop.EventTime);

    public DateTimeOffset LastEvent => _members.Max(member => member.Drop.EventTime);

    public void Add(DatedDrop dated) => _members.Add(dated);

    /// <summary>Adds what the date's own run failed with, or gave back, and left open.</summary>
    public void AddFailed(IEnumerable<DatedDrop> drops) => _members.AddRange(drops.Where(dated => !dated.IsPending && dated.Date == Date));

    /// <summary>The window is ready once it has a drop, or as many parts as it must, of each of these.</summary>
    public void Await(IEnumerable<FeedDefinition> feeds)
    {
        Missing = PartCount.Lacking(feeds, _members);
        ReadyAt = Missing.Count == 0 ? DateTimeOffset.MinValue : null;
    }

    /// <summary>Gives up what has a later date than the window.</summary>
    public void RemoveLater() => _members.RemoveAll(member => member.Date > Date);

    public void Close(DateTimeOffset at) => Closes = at;

    public void Settle(DateTimeOffset at) => SettledAt = at > SettledAt ? at : SettledAt;

    /// <summary>A key has named the date of a set that had only its events' until then.</summary>
    public void Redate(DateOnly to, DateTimeOffset until) => (Date, Closes) = (to, until);

    /// <summary>Whether each of these feeds has what it must.</summary>
    public bool IsWhole(IEnumerable<FeedDefinition> feeds) => PartCount.Lacking(feeds, _members).Count == 0;

    /// <summary>Parts that an earlier set left behind; they are excluded once the window is ready.</summary>
    public IReadOnlyList<DatedDrop> LeftBehind { get; init; } = [];

    public bool Has(string feed) => _members.Exists(member => member.Target.Name == feed);

    /// <summary>Whether a drop landed for the window's date, or while the window was open.</summary>
    public bool IsTimeOf(DatedDrop dated) => dated.Date == Date
        || (Marker is null
            ? dated.Drop.EventTime >= FirstEvent && dated.Drop.EventTime < Closes
            : dated.Drop.EventTime <= Marker.Drop.EventTime);

    /// <summary>Whether the drop's feed is here with an earlier date.</summary>
    public bool HasEarlier(DatedDrop dated) =>
        _members.Exists(member => member.IsOf(dated.Target) && member.Date < dated.Date);

    /// <summary>Whether a drop would be loaded that no run has had: a failed date must not run again by itself.</summary>
    public bool HasNews => _members.Where(member => member.IsRequired).GroupBy(member => member.Target)
        .Any(feed => feed.Key.IsIncremental
            ? feed.Any(member => member.IsPending)
            : feed.Select(member => member.Drop).NewestOf(feed.Key).Any(drop => !IsFailed(drop)));

    private static bool IsFailed(Drop drop) => drop.Disposition == DropDisposition.Failed;
}
