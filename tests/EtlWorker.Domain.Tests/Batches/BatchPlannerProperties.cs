using CsCheck;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>What holds for every decision, whatever landed; over few days, feeds and times, so that they often meet.</summary>
public sealed class BatchPlannerProperties
{
    private const long Times = 1_000;

    // The third of each zone's days is skipped, or begins late; Apia's not at all.
    private static readonly (string Zone, DateTimeOffset First)[] Days =
    [
        ("UTC", new(2024, 2, 27, 0, 0, 0, TimeSpan.Zero)),
        ("Africa/Lagos", new(2022, 9, 5, 0, 0, 0, TimeSpan.Zero)),
        ("Africa/Cairo", new(2023, 4, 26, 0, 0, 0, TimeSpan.Zero)),
        ("America/Sao_Paulo", new(2018, 11, 2, 0, 0, 0, TimeSpan.Zero)),
        ("Pacific/Apia", new(2011, 12, 28, 0, 0, 0, TimeSpan.Zero)),
    ];

    private static readonly TriggerKind[] Triggers = [TriggerKind.Complete, TriggerKind.Complete, TriggerKind.Marker, TriggerKind.Change];

    private static readonly TriggerKind[] NoChange = [TriggerKind.Complete, TriggerKind.Complete, TriggerKind.Marker];

    private static readonly LoadMode[] Modes = [LoadMode.Replace, LoadMode.Replace, LoadMode.Append, LoadMode.Merge];

    private static readonly LoadMode[] Snapshots = [LoadMode.Replace];

    private static readonly LoadMode[] Incremental = [LoadMode.Append, LoadMode.Merge];

    private static readonly Gen<Setting> Settings = SettingsOf(Triggers, Modes, 0, 0, 1, 2);

    private static Gen<Setting> SettingsOf(TriggerKind[] triggers, LoadMode[] modes, params int[] named) => Gen.Select(
        Gen.Select(Gen.OneOf(Days), Gen.OneOf(0, 0, 12), Gen.OneOf(1, 12, 30), Gen.OneOf(named)),
        Gen.Select(Gen.OneOf(triggers), Gen.Enum<FailedDay>(), Gen.OneOf(modes)),
        (when, what) =>
            new Setting(when.Item1.Zone, when.Item1.First, when.Item2, when.Item3, when.Item4, what.Item1, what.Item2, what.Item3));

    private static Gen<Drop> OneDrop(Setting setting) => Gen.Select(
        Gen.OneOf([.. setting.FeedNames]), Gen.Int[0, (24 * 4 * 2) - 1], Gen.OneOf(0, 0, 0, -1, 1), Gen.OneOf(null, null, "0A", "0B"),
        Gen.OneOf(0L, 1L, 1L, 1L, 1L, 1L),
        (feed, halfHours, daysOff, sequencer, size) =>
        {
            var time = setting.First.AddMinutes(30 * halfHours);
            return new Drop
            {
                Id = 0,
                Feed = feed,
                Bucket = "drops",
                Key = feed == MarkerDefinition.LedgerName ? "in/.SUCCESS" : $"in/{feed}/{time.AddDays(daysOff):yyyy-MM-dd}.csv",
                Size = size,
                Sequencer = sequencer,
                EventTime = time,
            };
        });

    private static Gen<Drop[]> SomeDrops(Setting setting, int most) =>
        OneDrop(setting)
            .Array[0, most].Select(drops => drops.Select((drop, index) => drop with { Id = index + 1, VersionId = $"v{index}" }).ToArray());

    private static Gen<RunSummary[]> SomeRuns(Setting setting) => Gen.Select(Gen.Int[0, 5], Gen.Enum<RunState>()).Array[0, 2].Select(runs =>
        runs.DistinctBy(run => run.Item1)
            .Select(run => new RunSummary(DateOnly.FromDateTime(setting.First.Date).AddDays(run.Item1 - 1), run.Item2)).ToArray());

    /// <summary>Some of the drops were held, or failed or loaded with a run.</summary>
    private static Gen<Drop[]> Used(
        Drop[] drops, RunSummary[] runs) => Gen.Int[0, 11].Array[drops.Length].Select(dice => drops.Zip(dice, (drop, die) => die switch
    {
        0 => drop with { Disposition = DropDisposition.Held },
        1 or 2 when runs.Length > 0 => drop with
        {
            Disposition = runs[die % runs.Length].IsLoaded ? DropDisposition.Loaded : DropDisposition.Failed,
            RunDate = runs[die % runs.Length].RunDate,
        },
        3 => drop with { Disposition = DropDisposition.Superseded },
        _ => drop,
    }).ToArray());

    private static readonly Gen<Case> Cases = CasesOf(Settings);

    private static Gen<Case> CasesOf(Gen<Setting> settings) =>
        from setting in settings
        from landed in SomeDrops(setting, 14)
        from runs in SomeRuns(setting)
        from drops in Used(landed, runs)
        from later in Gen.Int[0, 72]
        from unheard in Gen.OneOf(0, 0, 1, 30)
        let now = landed.Select(drop => drop.EventTime).Append(setting.First).Max().AddHours(later)
        select new Case(setting, drops, runs, now, now.AddHours(-unheard));

    /// <summary>Drops in the order in which they are reported, and which of the runs fail.</summary>
    private static Gen<(Setting Setting, Drop[] Told, bool[] Fails)> ArrivalsOf(Gen<Setting> settings) =>
        from setting in settings
        from landed in SomeDrops(setting, 18)
        from shuffled in Gen.Shuffle(landed)
        from isInOrder in Gen.Bool
        from fails in Gen.OneOf(false, false, true).Array[landed.Length + 1]
        select (setting, isInOrder ? landed.OldestFirst().ToArray() : shuffled, fails);

    [Fact]
    public void Any_order_and_any_duplication_of_the_same_drops_gives_the_same_decision() =>
        Gen.SelectMany(
            Cases, one => Gen.Shuffle(one.Drops.Concat(one.Drops.Take(one.Drops.Length / 2)).ToArray()).Select(shuffled => (one, shuffled)))
            .Sample((one, shuffled) => Assert.Equal(Told(one.Decide(one.Drops)), Told(one.Decide(shuffled))), iter: Times);

    [Fact]
    public void No_drop_is_both_ready_and_put_aside_nor_put_aside_twice() => Cases.Sample(one =>
    {
        var decision = one.Decide(one.Drops);
        var mentioned = decision.Disposals.Select(disposal => disposal.Drop.Id)
            .Concat(decision.Ready?.Drops.Select(drop => drop.Id) ?? []).ToList();

        Assert.Equal(mentioned.Distinct(), mentioned);
        Assert.All(mentioned, id => Assert.Contains(one.Drops, drop => drop.Id == id));
        Assert.All(decision.Disposals, disposal => Assert.True(disposal.Disposition is DropDisposition.Held or DropDisposition.Superseded));
    }, iter: Times);

    [Fact]
    public void Only_pending_drops_are_put_aside_and_what_accumulates_is_never_superseded() => Cases.Sample(one =>
        Assert.All(one.Decide(one.Drops).Disposals, disposal =>
        {
            Assert.Equal(DropDisposition.Pending, disposal.Drop.Disposition);
            Assert.False(one.Setting.IsIncremental(disposal.Drop) && !Setting.IsEmpty(disposal.Drop)
                && disposal.Disposition == DropDisposition.Superseded);
        }), iter: Times);

    [Fact]
    public void A_decision_leaves_what_it_was_told_as_it_was() => Cases.Sample(one =>
    {
        var (drops, runs) = (one.Drops.ToList(), one.Runs.ToList());
        var copies = (drops.Select(drop => drop with { }).ToList(), runs.Select(run => run with { }).ToList());

        var first = Told(one.Setting.Planner.Decide(drops, runs, one.Now, one.KnownUntil));

        Assert.Equal(copies.Item1, drops);
        Assert.Equal(copies.Item2, runs);
        Assert.Equal(first, Told(one.Setting.Planner.Decide(drops, runs, one.Now, one.KnownUntil)));
    }, iter: Times);

    [Fact]
    public void A_date_that_has_its_run_is_never_ready_unless_it_failed_and_is_open() => Cases.Sample(one =>
        Assert.DoesNotContain(
            one.Runs, run => run.RunDate == one.Decide(one.Drops).Ready?.RunDate && !one.Setting.IsOpen(run)), iter: Times);

    [Fact]
    public void Nothing_older_than_the_newest_loaded_date_is_ready() => Cases.Sample(one =>
        Assert.DoesNotContain(one.Runs, run => run.IsLoaded && run.RunDate > one.Decide(one.Drops).Ready?.RunDate), iter: Times);

    [Fact]
    public void A_ready_batch_has_every_required_feed_and_no_snapshot_twice() => Cases.Sample(one =>
    {
        if (one.Decide(one.Drops).Ready is not { } ready)
            return;

        var feeds = ready.Drops.Select(drop => drop.Feed).ToList();
        var snapshots = ready.Drops.Where(drop => !one.Setting.IsIncremental(drop)).Select(drop => drop.Feed).ToList();
        Assert.Equal(snapshots.Distinct(), snapshots);
        Assert.Equal(one.Setting.FeedNames.Where(feeds.Contains), feeds.Distinct());
        Assert.DoesNotContain(ready.Drops, drop => drop.Disposition == DropDisposition.Loaded || Setting.IsEmpty(drop));
        var lacking = one.Setting.Definition.RequiredFeeds.Select(feed => feed.Name).Except(feeds).ToList();
        if (one.Setting.When == TriggerKind.Change)
            Assert.All(ready.Missing, name => Assert.Contains(name, lacking));
        else
            Assert.Empty(lacking.Concat(ready.Missing));
        Assert.Equal(one.Setting.When == TriggerKind.Marker, feeds[^1] == MarkerDefinition.LedgerName);
    }, iter: Times);

    [Fact]
    public void What_accumulates_is_taken_in_the_order_of_events() => CasesOf(SettingsOf(Triggers, Incremental, 0, 0, 1, 2)).Sample(one =>
    {
        var appended = one.Decide(one.Drops).Ready?.Drops.Where(one.Setting.IsIncremental).ToList() ?? [];
        Assert.Equal(appended.OldestFirst(), appended);
    }, iter: Times);

    [Fact]
    public void A_snapshot_is_held_exactly_when_its_date_has_a_run_or_lies_ahead() => Cases.Sample(one =>
    {
        var decision = one.Decide(one.Drops);
        var held = decision.Disposals.Where(
            disposal => disposal.Disposition == DropDisposition.Held && !one.Setting.IsIncremental(disposal.Drop))
            .Select(disposal => disposal.Drop.Id);
        var expected = one.Drops
            .Where(drop => drop.Disposition == DropDisposition.Pending && drop.Feed != "products")
            .Where(drop => !one.Setting.IsIncremental(drop) && !Setting.IsEmpty(drop))
            .Where(drop =>
                one.Runs.Any(run => run.RunDate == one.Setting.DateOf(drop) && !one.Setting.IsOpen(run)) || one.Setting.LiesAhead(drop))
            .Select(drop => drop.Id).Except(decision.Ready?.Drops.Select(drop => drop.Id) ?? []);

        Assert.Equal(expected, held.Order());
    }, iter: Times);

    [Fact]
    public void An_optional_drop_is_put_aside_only_by_a_newer_one_in_a_ready_batch() => Cases.Sample(one =>
    {
        var decision = one.Decide(one.Drops);
        Assert.All(decision.Disposals.Where(disposal => disposal.Drop.Feed == "products" && !Setting.IsEmpty(disposal.Drop)), disposal =>
        {
            Assert.Equal(DropDisposition.Superseded, disposal.Disposition);
            Assert.Contains(decision.Ready!.Drops, drop => drop.Feed == "products" && drop.Id != disposal.Drop.Id);
        });
        if (decision.Ready is not null
            && one.Drops.Any(drop => drop.Feed == "products" && drop.Disposition == DropDisposition.Pending && !Setting.IsEmpty(drop)))
            Assert.Contains(decision.Ready.Drops, drop => drop.Feed == "products");
    }, iter: Times);

    // Which of three drops is the newest may change with one of them where some have sequencers and some have not.
    private static Case WithoutSequencers(Case one) => one with { Drops = [.. one.Drops.Select(drop => drop with { Sequencer = null })] };

    // What an incremental feed has may be taken from a batch that is excluded, and the drop that dates a change may be superseded by a
    // newer
    // one: there it counts that the ledger excludes and claims at once.
    [Fact]
    public void Deciding_again_after_putting_aside_puts_nothing_else_aside_and_runs_the_same() =>
        CasesOf(SettingsOf(NoChange, Snapshots, 0)).Select(WithoutSequencers).Sample(one =>
            Assert.Equal(Told(one.Decide(one.Drops) with { Disposals = [] }), Told(one.DecideAgain())), iter: Times);

    // Where keys name dates, a window may close at another time once an older drop is gone, so only the date is the same,
    // and that only where all was heard. Where one feed's keys do and another's do not, not even that: the date may be known
    // only by a drop excluded.
    [Fact]
    public void Deciding_again_after_putting_aside_runs_the_same_date_where_keys_name_dates() =>
        CasesOf(SettingsOf(NoChange, Snapshots, 2)).Select(WithoutSequencers).Select(one => one with { KnownUntil = one.Now }).Sample(one =>
            Assert.Equal(one.Decide(one.Drops).Ready?.RunDate, one.DecideAgain().Ready?.RunDate), iter: Times);

    [Fact]
    public void Deciding_again_where_nothing_was_ready_makes_nothing_ready() => CasesOf(SettingsOf(Triggers, Modes, 0, 2)).Sample(one =>
    {
        if (one.Decide(one.Drops).Ready is null)
            Assert.Null(one.DecideAgain().Ready);
    }, iter: Times);

    [Fact]
    public void Long_after_the_last_drop_no_required_drop_is_still_waiting_but_files_without_a_marker() => Cases.Sample(one =>
    {
        var later = one.Now.AddDays(10);
        var decision = (one with { Now = later, KnownUntil = later }).Decide(one.Drops);
        var mentioned = decision.Disposals.Select(disposal => disposal.Drop.Id).Concat(decision.Ready?.Drops.Select(drop => drop.Id) ?? []);

        Assert.Empty(one.Drops
            .Where(drop => drop.Disposition == DropDisposition.Pending && drop.Feed != "products")
            .Where(drop => one.Setting.When != TriggerKind.Marker || drop.Feed == MarkerDefinition.LedgerName)
            .Select(drop => drop.Id).Except(mentioned));
    }, iter: Times);

    [Fact]
    public void However_drops_are_told_each_date_runs_once_and_dates_only_grow() => ArrivalsOf(Settings).Sample((setting, told, fails) =>
    {
        var ledger = new LedgerSample(setting.Definition);
        var begun = new List<RunSummary>();
        Tell(setting, ledger, told, fails, begun);

        Assert.All(begun.GroupBy(run => run.RunDate), date => Assert.All(date.SkipLast(1), run => Assert.True(setting.IsOpen(run))));
        var loaded = begun.Where(run => run.IsLoaded).Select(run => run.RunDate).ToList();
        Assert.Equal(loaded.Distinct().Order(), loaded);
    }, iter: Times);

    [Fact]
    public void Drops_told_in_their_order_never_give_an_older_date_after_a_newer() => ArrivalsOf(
        SettingsOf(Triggers, Modes, 0)).Sample((setting, told, fails) =>
    {
        var begun = new List<RunSummary>();
        Tell(setting, new LedgerSample(setting.Definition), [.. told.OldestFirst()], fails, begun);

        Assert.Equal(begun.Select(run => run.RunDate).Order(), begun.Select(run => run.RunDate));
    }, iter: Times);

    [Fact]
    public void What_accumulates_is_taken_once_as_long_as_batches_keep_coming() => ArrivalsOf(
        SettingsOf(Triggers, Incremental, 0, 0, 1, 2)).Sample((setting, told, fails) =>
    {
        var ledger = new LedgerSample(setting.Definition);
        var begun = new List<RunSummary>();
        Tell(setting, ledger, told, fails, begun);
        var runs = begun.Count;
        foreach (var set in new[] { setting.WholeSet(10), setting.WholeSet(12) })
        {
            Array.ForEach(set, ledger.Record);
            Work(setting, ledger, set[0].EventTime.AddHours(1), [false], begun);
        }

        Assert.Equal(runs + 2, begun.Count);
        Assert.All(ledger.Drops.Where(drop => setting.IsIncremental(drop) && !Setting.IsEmpty(drop)), drop => Assert.True(
            drop.Disposition == DropDisposition.Loaded || (drop.Disposition == DropDisposition.Failed && begun.Any(
                run => run.RunDate == drop.RunDate && run.State == RunState.Failed)),
            $"{drop.Id} of {drop.EventTime:u} is {drop.Disposition}"));
    }, iter: Times);

    [Fact]
    public void A_batch_that_was_ready_never_mixes_dates_that_keys_name() => CasesOf(
        SettingsOf([TriggerKind.Complete], Modes, 1, 2)).Sample(one =>
    {
        if (one.Decide(one.Drops).Ready is { } ready)
        {
            var dated = ready.Drops.Where(drop => one.Setting.NamedDateOf(drop) is not null && drop.Feed != "products"
                && !one.Setting.IsIncremental(drop) && drop.Disposition == DropDisposition.Pending);
            Assert.All(dated, drop => Assert.Equal(ready.RunDate, one.Setting.NamedDateOf(drop)));
        }
    }, iter: Times);

    [Fact]
    public void What_failed_joins_only_its_own_dates_run() => CasesOf(SettingsOf(NoChange, Modes, 0, 0, 1, 2)).Sample(one =>
        Assert.All(one.Decide(one.Drops).Ready?.Drops.Where(drop => drop.Disposition == DropDisposition.Failed) ?? [], drop =>
            Assert.Equal(one.Decide(one.Drops).Ready!.RunDate, drop.RunDate)), iter: Times);

    /// <summary>Drops arrive one by one; after each the worker runs whatever is ready.</summary>
    private static void Tell(Setting setting, LedgerSample ledger, Drop[] told, bool[] fails, List<RunSummary> begun)
    {
        var now = setting.First;
        foreach (var drop in told)
        {
            ledger.Record(drop);
            now = (drop.EventTime > now ? drop.EventTime : now).AddMinutes(setting.When == TriggerKind.Change ? 50 : 0);
            Work(setting, ledger, now, fails, begun);
        }
    }

    private static void Work(Setting setting, LedgerSample ledger, DateTimeOffset now, bool[] fails, List<RunSummary> begun)
    {
        while (true)
        {
            var decision = setting.Planner.Decide(ledger.Candidates, ledger.Runs, now, now);
            ledger.Apply(decision);
            if (decision.Ready is not { } ready)
                return;

            var state = fails[begun.Count % fails.Length] ? RunState.Failed : RunState.Succeeded;
            ledger.End(state);
            begun.Add(new RunSummary(ready.RunDate, state));
            Assert.True(begun.Count <= ledger.Drops.Count, "runs without end");
        }
    }

    private static string Told(BatchDecision decision) =>
        string.Join(
            '\n',
            decision.Disposals.Select(disposal => $"{disposal.Drop.Id} {disposal.Date:O} {disposal.Disposition} {disposal.Text()}")
                .Order(StringComparer.Ordinal))
        + $"\nready {decision.Ready?.RunDate:O}: {string.Join(' ', decision.Ready?.Drops.Select(drop => drop.Id) ?? [])} missing "
        + $"{string.Join(' ', decision.Ready?.Missing ?? [])}";

    /// <param name="Zone">IANA zone.</param>
    /// <param name="First">The first of the days on which something lands.</param>
    /// <param name="DayStart">Hours.</param>
    /// <param name="Span">Hours.</param>
    /// <param name="Named">How many of the feeds have a date in their keys: none, one or all required ones.</param>
    /// <param name="When">The trigger.</param>
    /// <param name="FailedDay">What a failed day means.</param>
    /// <param name="Mode">What drops of one required feed do to its table.</param>
    internal sealed record Setting(
        string Zone, DateTimeOffset First, int DayStart, int Span, int Named, TriggerKind When, FailedDay FailedDay, LoadMode Mode)
    {
        private readonly BusinessCalendar _calendar = new(TimeZoneInfo.FindSystemTimeZoneById(Zone), TimeSpan.FromHours(DayStart));

        public PipelineDefinition Definition { get; } = new()
        {
            Name = "retail",
            TimeZone = Zone,
            Trigger = new TriggerDefinition
            {
                When = When,
                DayStart = TimeSpan.FromHours(DayStart),
                Span = TimeSpan.FromHours(Span),
                Settle = TimeSpan.FromMinutes(45),
                FailedDay = FailedDay,
                Object = When == TriggerKind.Marker ? "in/.SUCCESS" : null,
            },
            Feeds = [Feed("orders", Named > 0), Feed("products", false, required: false), Feed("reviews", Named > 1, mode: Mode), Feed(
                "shipments", Named > 1)],
        };

        /// <summary>In the order of the definition, the marker last.</summary>
        public IEnumerable<string> FeedNames =>
            Definition.Feeds.Select(feed => feed.Name).Concat(When == TriggerKind.Marker ? [MarkerDefinition.LedgerName] : []);

        public BatchPlanner Planner => new(Definition, _calendar);

        public bool IsIncremental(Drop drop) => Definition.Target(drop.Feed)!.IsIncremental;

        public static bool IsEmpty(Drop drop) => drop.Size == 0 && drop.Feed != MarkerDefinition.LedgerName;

        public bool IsOpen(RunSummary run) => FailedDay == FailedDay.Open && run.State == RunState.Failed;

        public DateOnly? NamedDateOf(Drop drop) => Definition.Target(drop.Feed)!.Takes(drop.Key, out var named) ? named : null;

        /// <summary>Whether the key names a date later than tomorrow.</summary>
        public bool LiesAhead(Drop drop) =>
            NamedDateOf(drop) > DateOnly.FromDateTime(
                TimeZoneInfo.ConvertTime(drop.EventTime, TimeZoneInfo.FindSystemTimeZoneById(Zone)).DateTime).AddDays(1);

        public DateOnly DateOf(Drop drop) => NamedDateOf(drop) ?? _calendar.DateOf(drop.EventTime);

        /// <summary>All feeds at once, in the middle of a later day.</summary>
        public Drop[] WholeSet(int day) => [.. FeedNames.Select((feed, index) =>
        {
            var time = First.AddDays(day).AddHours(18);
            var date = _calendar.DateOf(time);
            return new Drop
            {
                Id = (100 * day) + index,
                Feed = feed,
                Bucket = "drops",
                Key = feed == MarkerDefinition.LedgerName ? "in/.SUCCESS" : $"in/{feed}/{date:yyyy-MM-dd}.csv",
                VersionId = $"set {day}",
                Size = 1,
                EventTime = time,
            };
        })];

        private static FeedDefinition Feed(string name, bool isNamed, bool required = true, LoadMode mode = LoadMode.Replace) =>
            new()
            {
                Name = name,
                Object = isNamed ? $"in/{name}/{{date}}.csv" : $"in/{name}/*.csv",
                Table = $"staging.{name}",
                Required = required,
                Mode = mode,
            };
    }

    internal sealed record Case(Setting Setting, Drop[] Drops, RunSummary[] Runs, DateTimeOffset Now, DateTimeOffset KnownUntil)
    {
        public BatchDecision Decide(IEnumerable<Drop> drops) => Setting.Planner.Decide(drops, Runs, Now, KnownUntil);

        /// <summary>The next decision, after what the first excluded is out of the way.</summary>
        public BatchDecision DecideAgain()
        {
            var putAside = Decide(Drops).Disposals.ToDictionary(disposal => disposal.Drop.Id, disposal => disposal.Disposition);
            return Decide(
                Drops.Select(drop => putAside.TryGetValue(drop.Id, out var disposition) ? drop with { Disposition = disposition } : drop));
        }

        public override string ToString() => $"{Setting.Zone} day {Setting.DayStart} span {Setting.Span} named {Setting.Named} "
            + $"{Setting.When} {Setting.FailedDay} {Setting.Mode}, now {Now:u} heard {KnownUntil:u}"
            + string.Concat(Drops.OldestFirst().Select(
                drop => $"\n  {drop.Id} {drop.Feed} {drop.EventTime:u} {drop.Key} {drop.Sequencer} {drop.Disposition} {drop.RunDate:O}"))
            + string.Concat(Runs.Select(run => $"\n  ran {run.RunDate:O} {run.State}"));
    }
}
