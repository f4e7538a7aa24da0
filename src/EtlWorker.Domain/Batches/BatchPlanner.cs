using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Domain.Batches;

/// <summary>
/// The batch decision: a pure function of definition, drops, event-driven runs and the time. Any order and any duplication
/// of the same drops gives the same decision.
/// </summary>
public sealed class BatchPlanner(PipelineDefinition definition, BusinessCalendar calendar)
{
    /// <summary>A set whose last file was received within this time is no backlog of an outage.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromMinutes(5);

    /// <summary>How many days ahead a key may name: tomorrow's file may come tonight.</summary>
    private const int MostDaysAhead = 1;

    /// <summary>How many days back a key may name, about ten years: a date before is a mistake of whoever wrote the key.</summary>
    public const int MostDaysBack = 3_660;

    private readonly IBatchTrigger _trigger = definition.BatchTrigger;

    /// <param name="candidates">
    /// The pending drops; besides them the held ones of incremental feeds, the failed ones of a date that a failure leaves
    /// open, and where the trigger reads what is unchanged the newest of each required feed that is not pending, whatever became of it.
    /// </param>
    /// <param name="runs">The dates that have their run.</param>
    /// <param name="now">The time, by the clock that says when drops were received.</param>
    /// <param name="knownUntil">The time up to which every drop is known: only what closed by then can be called incomplete.</param>
    public BatchDecision Decide(
        IEnumerable<Drop> candidates, IReadOnlyCollection<RunSummary> runs, DateTimeOffset now, DateTimeOffset knownUntil)
    {
        var all = candidates.DistinctBy(drop => drop.Id).OldestFirst().ToList();
        var strays = all.Where(drop => definition.Target(drop.Feed) is null).Select(Stray).ToList();
        var known = now < knownUntil ? now : knownUntil;
        var dated = all.Where(drop => definition.Target(drop.Feed) is not null).Select(Dated).ToLookup(dated => dated.IsEmpty);
        var drops = dated[false].ToList();
        var empty = new EmptyDrops(definition, calendar, [.. dated[true].Where(dated => dated.IsPending)], drops);
        var newestCommitted = runs.Where(run => run.IsLoaded).Select(run => (DateOnly?)run.RunDate).Max();
        var excluded = drops.Where(Counts).SelectMany(dated => Exclusions(dated, runs, newestCommitted)).ToList();
        var open = drops.Where(dated => Counts(dated) || HasFailed(dated) || IsKeptOpen(dated, runs))
            .ExceptBy(excluded.Select(disposal => disposal.Drop.Id), dated => dated.Drop.Id);

        var windows = _trigger.WindowsOf([.. open], calendar).ToList();
        var ready = windows
            .Where(window =>
                window.ReadyAt <= known && window.SettledAt <= now && (window.LastEvent <= knownUntil || now - window.LastEvent < Prompt))
            .Where(window => window.HasNews)
            .OrderBy(window => window.Date).LastOrDefault();

        var batch = ready is null ? null : BatchOf(ready, drops, windows, empty);
        var disposals = strays.Concat(excluded)
            .Concat(windows.SelectMany(window => SupersededIn(window, ready, windows, known, empty)))
            .Concat(empty.Excluded(dated => Exclusions(dated, runs, newestCommitted).Any(), ready, windows, known));
        if (ready is not null)
        {
            disposals = disposals.Concat(OlderThanNewest(drops.Where(dated => dated.IsOptional && dated.IsPending)));
        }

        var taken = batch?.Drops.Select(drop => drop.Id).ToHashSet() ?? [];
        return new BatchDecision(
            [.. disposals.DistinctBy(disposal => disposal.Drop.Id)
                .Where(disposal => disposal.Drop.Disposition == DropDisposition.Pending && !taken.Contains(disposal.Drop.Id))],
            batch);
    }

    /// <summary>The batch with which a date's run is made again: the newest drops of that date.</summary>
    /// <param name="date">The run's date.</param>
    /// <param name="ofRun">The drops that the run had, whatever their own dates.</param>
    /// <param name="others">
    /// Drops that were held, or wait; of required feeds those of the date count. Besides them those that were discarded, and what other
    /// runs loaded of the keys of failed drops.
    /// </param>
    /// <param name="missing">
    /// The required feeds that have no drop, or only an empty object, in words; empty when the batch is whole, or a change, which needs
    /// no more than one.
    /// </param>
    public Batch Replan(DateOnly date, IEnumerable<Drop> ofRun, IEnumerable<Drop> others, out IReadOnlyList<string> missing)
    {
        var versions = others.Select(Dated).ToList();
        var here = ofRun.Select(Dated)
            .Concat(versions.Where(dated => dated.IsOptional || dated.Date == date || IsPartUntil(date, dated)))
            .ToList();
        var known = here.Where(dated => !dated.IsDiscarded).ToLookup(dated => dated.IsEmpty);
        var chosen = Remaining(known[false], here.Concat(versions)).ToList();
        // A set is whole without what was discarded of a feed that adds to its table: there is less to add.
        var arrived = known[false].Concat(here.Where(dated => dated.IsDiscarded && dated.Target.IsIncremental)).ToList();
        // A change reads what there is, and nothing at all is no change.
        var isWhole = _trigger.RunsIncomplete && chosen.Count > 0;
        missing = isWhole ? [] : PartCount.InWords(
            definition.Feeds, PartCount.Lacking(definition.RequiredFeeds, arrived), arrived, known[true].Select(dated => dated.Drop));
        return InOrder(date, chosen);
    }

    /// <summary>
    /// What waits, or is held, for later dates, and is newer than what the date itself has: a file that was corrected after midnight is
    /// among
    /// it, and only a person can tell which. A file whose key names its date is not, for that is its date; the optional feeds' drops are
    /// not, for those join whatever runs next.
    /// </summary>
    /// <param name="date">The date that is made again.</param>
    /// <param name="ofRun">The drops that the run had, as for <see cref="Replan"/>.</param>
    /// <param name="others">The other drops, as for <see cref="Replan"/>.</param>
    public IReadOnlyList<LaterDrop> Later(DateOnly date, IEnumerable<Drop> ofRun, IEnumerable<Drop> others)
    {
        var all = others.ToList();
        var own = Replan(date, ofRun, all, out _).Drops.ToLookup(drop => drop.Feed);
        return
        [
            .. from feed in all.Where(drop => drop.Disposition is DropDisposition.Pending or DropDisposition.Held).Select(Dated)
                   .Where(dated => dated.Date > date && !dated.DateIsNamed && !dated.IsMarker && !dated.IsOptional && !dated.IsEmpty)
                   .Where(dated => dated.Target.IsIncremental || IsNewerThan(dated, own[dated.Target.Name])).GroupBy(dated => dated.Target)
               let newest = feed.Select(dated => dated.Drop).NewestOf(feed.Key).Select(drop => drop.Id).ToList()
               from dated in feed
               orderby dated.Drop.EventTime, dated.Drop.Id
               select new LaterDrop(dated.Drop, dated.Date, feed.Key.IsIncremental || newest.Contains(dated.Drop.Id)),
        ];
    }

    private static bool IsNewerThan(DatedDrop dated, IEnumerable<Drop> own) =>
        own.Append(dated.Drop).NewestOf(dated.Target).Any(drop => drop.Id == dated.Drop.Id);

    /// <summary>A part that did not change is as it was, whichever date's run has it.</summary>
    private bool IsPartUntil(DateOnly date, DatedDrop dated) => _trigger.ReadsUnchanged && dated.Target.HasParts
        && dated.Drop.Disposition is not (DropDisposition.Pending or DropDisposition.Gone) && dated.LandedOn <= date;

    /// <summary>
    /// The expected days whose deadline passed within a time, and that have no run. Where a query says which days are expected, it is to
    /// be asked of each of these.
    /// </summary>
    /// <param name="pending">The pending drops.</param>
    /// <param name="runs">The dates that have their run.</param>
    /// <param name="after">Deadlines up to this instant were looked at before.</param>
    /// <param name="until">The time up to which every drop is known.</param>
    public IEnumerable<OverdueDay> Overdue(
        IEnumerable<Drop> pending, IReadOnlyCollection<RunSummary> runs, DateTimeOffset after, DateTimeOffset until)
    {
        if (definition.Trigger.Deadline is not { } deadline || until <= after)
        {
            return [];
        }

        // Clocks put back may show the date before again.
        var (first, last) = (calendar.DateOf(after), calendar.DateOf(until).AddDays(1));
        var here = pending.Where(drop => definition.Target(drop.Feed) is not null).Select(Dated).ToLookup(dated => dated.Date);
        return
            from date in Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays)
            where definition.Trigger.Days.Include(date) && !runs.Any(run => run.RunDate == date)
            let at = calendar.At(date, deadline)
            where at > after && at <= until
            let filled = here[date].Where(dated => !dated.IsEmpty).ToList()
            let missing = PartCount.Lacking(_trigger.Awaited, filled)
            let empty = here[date].Where(dated => dated.IsEmpty && missing.Contains(dated.Target.Name)).Select(dated => dated.Drop).ToList()
            select new OverdueDay(date, at.Value, missing)
            {
                Empty = empty,
                MissingInWords = PartCount.InWords(definition.Feeds, missing, filled, empty),
            };
    }

    private DatedDrop Dated(Drop drop)
    {
        var target = definition.Target(drop.Feed)!;
        target.Takes(drop.Key, out var named);
        var landedOn = calendar.DateOf(target, drop);
        return new DatedDrop(drop, target, drop.RunDate ?? landedOn, named is not null) { LandedOn = landedOn };
    }

    /// <summary>Whether the drop can open a batch, or close one.</summary>
    private static bool Counts(DatedDrop dated) => dated.IsPending && !dated.IsOptional;

    /// <summary>
    /// Whether the drop's run failed; it joins what lands for that date, if the failure left it open. An optional one was itself at fault.
    /// </summary>
    private static bool HasFailed(DatedDrop dated) => dated.IsFailed && !dated.IsOptional;

    /// <summary>Whether the drop was held when its run failed, because the next run takes it; that may be of the same date.</summary>
    private bool IsKeptOpen(DatedDrop dated, IEnumerable<RunSummary> runs) =>
        dated.Drop.Disposition == DropDisposition.Held && dated is { IsRequired: true, Target.IsIncremental: true }
        && runs.Any(run => run.RunDate == dated.Date && IsOpen(run));

    private bool IsOpen(RunSummary run) => run.State == RunState.Failed && definition.Trigger.FailedDay == FailedDay.Open;

    private static Disposal Stray(Drop drop) => new(drop, DateOnly.FromDateTime(drop.EventTime.UtcDateTime), DropDisposition.Ignored,
        new DisposalReason.NoSuchFeed());

    /// <summary>
    /// Why a drop can neither open a batch nor join one, except that the next batch takes what an incremental feed has; the first reason
    /// counts.
    /// </summary>
    private IEnumerable<Disposal> Exclusions(DatedDrop dated, IEnumerable<RunSummary> runs, DateOnly? newestCommitted)
    {
        var daysAhead = dated.Date.DayNumber - calendar.LocalDateOf(dated.Drop.EventTime).DayNumber;
        if (daysAhead > MostDaysAhead)
        {
            yield return Held(dated, new DisposalReason.DateAhead());
        }

        if (daysAhead < -MostDaysBack)
        {
            yield return Held(dated, new DisposalReason.DateTooOld());
        }

        foreach (var run in runs.Where(run => run.RunDate == dated.Date && !IsOpen(run)).Take(1))
        {
            yield return Held(dated, new DisposalReason.DateHasRun(dated.Target.Name, run.State, FailedBefore(dated, runs)));
        }

        // A marker's date is its set's, whatever those of its files.
        if (dated.Date < newestCommitted && (dated.IsMarker || _trigger.Marker is null))
        {
            yield return Exclude(dated, new DisposalReason.NewerLoaded(newestCommitted.Value));
        }
    }

    /// <summary>The newest earlier date whose run failed, and that the drop may correct.</summary>
    private DateOnly? FailedBefore(DatedDrop dated, IEnumerable<RunSummary> runs) => runs
        .Where(run => run.State == RunState.Failed && run.RunDate < dated.Date
            && dated.Date.DayNumber - run.RunDate.DayNumber <= definition.Trigger.Lookback.TotalDays)
        .Select(run => (DateOnly?)run.RunDate).Max();

    private static Disposal Held(DatedDrop dated, DisposalReason reason) =>
        new(dated.Drop, dated.Date, DropDisposition.Held, reason) { IsIncremental = dated.Target.IsIncremental };

    /// <summary>A snapshot is superseded; what every drop adds to is kept for the next batch.</summary>
    private static Disposal Exclude(DatedDrop dated, DisposalReason reason) => dated.Target.IsIncremental
        ? Held(dated, reason)
        : new Disposal(dated.Drop, dated.Date, DropDisposition.Superseded, reason);

    private static IEnumerable<Disposal> SupersededIn(
        BatchWindow window, BatchWindow? ready, List<BatchWindow> windows, DateTimeOffset known, EmptyDrops empty)
    {
        if (window == ready)
        {
            return OlderThanNewest(window.Members)
                .Concat(window.LeftBehind.Select(dated => Exclude(dated, new DisposalReason.LeftBehind())));
        }

        if (window.ReadyAt is null && known >= window.Closes)
        {
            var incomplete = new DisposalReason.Incomplete(window.Date, empty.MissingIn(window));
            return window.Own.Select(dated => Exclude(dated, incomplete));
        }

        // What lands for the date after its set is held, once the date has its run.
        if (window.Date == ready?.Date
            ? windows.IndexOf(window) < windows.IndexOf(ready)
            : window.Date < ready?.Date && window.ReadyAt is not null)
        {
            return window.Own.Select(dated => Exclude(dated, new DisposalReason.NewerReady(window.Date, ready.Date)));
        }

        if (window.HasNews || window.ReadyAt is null)
        {
            return [];
        }

        return known < window.Closes
            ? OlderThanNewest(window.Members)
            : window.Own.Select(dated => Exclude(dated, new DisposalReason.BatchFailed(window.Date)));
    }

    private static IEnumerable<Disposal> OlderThanNewest(IEnumerable<DatedDrop> drops) =>
        from feed in drops.GroupBy(dated => dated.Target)
        let newest = feed.Select(dated => dated.Drop).NewestOf(feed.Key).Select(drop => drop.Id).ToHashSet()
        from dated in feed
        where !newest.Contains(dated.Drop.Id)
        select new Disposal(dated.Drop, dated.Date, DropDisposition.Superseded,
            new DisposalReason.NewerDrop(feed.Key.HasParts ? dated.Drop.Key : feed.Key.Name));

    private Batch BatchOf(BatchWindow window, List<DatedDrop> drops, List<BatchWindow> windows, EmptyDrops empty)
    {
        var later = windows.Where(other => other.Date > window.Date).SelectMany(other => other.Own).Except(window.Members).ToHashSet();
        var optional = drops.Where(dated => dated.IsOptional && dated.IsPending);
        var unloaded = drops.Where(dated => dated.Target.IsIncremental && dated.Drop.EventTime <= window.LastEvent && !later.Contains(dated)
            && dated.Drop.Disposition is DropDisposition.Pending or DropDisposition.Held);

        // A required feed can be missing only where the trigger lets a batch run incomplete.
        var versions = definition.RequiredFeeds.Where(feed => !window.Has(feed.Name)).ToDictionary(feed => feed, feed => drops
            .Where(dated => dated.IsOf(feed) && dated.Drop.EventTime <= window.LastEvent && dated.Drop.Disposition != DropDisposition.Gone)
            .ToList());
        // What is loaded already is in its table; of what an incremental feed has the unloaded ones are members.
        var current = versions.Where(feed => feed.Value.Count > 0 && feed.Key is { IsIncremental: false, HasParts: false })
            .Select(feed => feed.Value.First(dated => dated.Drop.Id == feed.Value.Select(version => version.Drop).Newest().Id))
            .Where(dated => dated.Drop.Disposition != DropDisposition.Loaded);
        var parts = definition.Feeds.Where(feed => definition.PartsOfChange.Contains(feed.Name))
            .SelectMany(feed => PartsOf(feed, window, drops));
        return InOrder(window.Date, [.. Remaining(window.Members, drops), .. optional, .. unloaded, .. current, .. parts]) with
        {
            Missing = [.. versions.Where(feed => feed.Value.Count == 0).Select(feed => feed.Key.Name)],
            Empty = [.. empty.PassedOverBy(window).Where(dated => versions.Keys.Any(dated.IsOf)).Select(dated => dated.Drop)],
        };
    }

    /// <summary>All but those that a newer version has replaced.</summary>
    private static IEnumerable<DatedDrop> Remaining(IEnumerable<DatedDrop> members, IEnumerable<DatedDrop> versions)
    {
        var known = versions.Select(version => version.Drop).ToList();
        return members.Where(dated => !AfterFailure.GivesWay(dated.Drop, dated.Target, known));
    }

    /// <summary>Every part of a changed snapshot as it is now, unchanged and loaded ones included; none if nothing changed.</summary>
    private static IEnumerable<DatedDrop> PartsOf(FeedDefinition feed, BatchWindow window, List<DatedDrop> drops)
    {
        var known = drops
            .Where(dated => dated.IsOf(feed) && dated.Drop.EventTime <= window.LastEvent)
            .Where(dated => dated.Drop.Disposition is not (DropDisposition.Gone or DropDisposition.Discarded))
            .ToDictionary(dated => dated.Drop.Id);
        var newest = known.Values.Select(dated => dated.Drop).NewestOfEachKey();
        return newest.Any(drop => drop.Disposition != DropDisposition.Loaded) ? newest.Select(drop => known[drop.Id]) : [];
    }

    /// <summary>
    /// Of a snapshot the newest drop, or each part's newest, of what an incremental feed has all that are not loaded, in the order of the
    /// definition.
    /// </summary>
    private Batch InOrder(DateOnly date, IReadOnlyList<DatedDrop> members)
    {
        var byFeed = members.DistinctBy(dated => dated.Drop.Id).ToLookup(dated => dated.Target.Name, dated => dated.Drop);
        return new Batch(date, [.. definition.Targets.Where(target => byFeed.Contains(target.Name)).SelectMany(
            target => target.IsIncremental
            ? byFeed[target.Name].Where(drop => drop.Disposition != DropDisposition.Loaded).OldestFirst()
            : (IEnumerable<Drop>)byFeed[target.Name].NewestOf(target))]);
    }

}
