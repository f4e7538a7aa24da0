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

    // Sao Paulo skips the midnight of 2018-11-04, the third of these days.
    private static readonly DateTimeOffset FirstDay = new(2018, 11, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Setting> Settings = Gen.Select(
        Gen.OneOf("UTC", "Africa/Lagos", "America/Sao_Paulo"), Gen.OneOf(0, 12), Gen.OneOf(1, 12, 30), Gen.OneOf(0, 0, 1, 2),
        (zone, dayStart, span, named) => new Setting(zone, dayStart, span, named));

    private static readonly Gen<Drop> OneDrop = Gen.Select(
        Gen.OneOf("orders", "reviews", "shipments", "products"), Gen.Int[0, (24 * 4 * 2) - 1], Gen.OneOf(0, 0, 0, -1, 1), Gen.OneOf(null, null, "0A", "0B"),
        (feed, halfHours, daysOff, sequencer) =>
        {
            var time = FirstDay.AddMinutes(30 * halfHours);
            return new Drop
            {
                Id = 0,
                Feed = feed,
                Bucket = "drops",
                Key = $"in/{feed}/{time.AddDays(daysOff):yyyy-MM-dd}.csv",
                Size = 1,
                Sequencer = sequencer,
                EventTime = time,
            };
        });

    private static readonly Gen<RunSummary[]> SomeRuns = Gen.Select(Gen.Int[0, 5], Gen.Enum<RunState>()).Array[0, 2].Select(runs =>
        runs.DistinctBy(run => run.Item1).Select(run => new RunSummary(DateOnly.FromDateTime(FirstDay.Date).AddDays(run.Item1 - 1), run.Item2)).ToArray());

    private static readonly Gen<Case> Cases = Gen.Select(Settings, OneDrop.Array[0, 14], SomeRuns, Gen.Int[0, 72], (setting, drops, runs, later) =>
        new Case(setting, [.. drops.Select((drop, index) => drop with { Id = index + 1, VersionId = $"v{index}" })], runs,
            drops.Select(drop => drop.EventTime).Append(FirstDay).Max().AddHours(later)));

    [Fact]
    public void Any_order_and_any_duplication_of_the_same_drops_gives_the_same_decision() =>
        Gen.SelectMany(Cases, one => Gen.Shuffle(one.Drops.Concat(one.Drops.Take(one.Drops.Length / 2)).ToArray()).Select(shuffled => (one, shuffled)))
            .Sample((one, shuffled) => Assert.Equal(Told(one.Decide(one.Drops)), Told(one.Decide(shuffled))), iter: Times);

    [Fact]
    public void No_drop_is_both_ready_and_put_aside_nor_put_aside_twice() => Cases.Sample(one =>
    {
        var decision = one.Decide(one.Drops);
        var mentioned = decision.Disposals.Select(disposal => disposal.Drop.Id).Concat(decision.Ready?.Drops.Select(drop => drop.Id) ?? []).ToList();

        Assert.Equal(mentioned.Distinct(), mentioned);
        Assert.All(mentioned, id => Assert.Contains(one.Drops, drop => drop.Id == id));
        Assert.All(decision.Disposals, disposal => Assert.True(disposal.Disposition is DropDisposition.Held or DropDisposition.Superseded));
    }, iter: Times);

    [Fact]
    public void A_date_that_has_its_run_is_never_ready() => Cases.Sample(one =>
        Assert.DoesNotContain(one.Runs, run => run.RunDate == one.Decide(one.Drops).Ready?.RunDate), iter: Times);

    [Fact]
    public void Nothing_older_than_the_newest_loaded_date_is_ready() => Cases.Sample(one =>
        Assert.DoesNotContain(one.Runs, run => run.State is RunState.Committed or RunState.Succeeded && run.RunDate > one.Decide(one.Drops).Ready?.RunDate), iter: Times);

    [Fact]
    public void A_ready_batch_has_every_required_feed_once_and_any_other_at_most_once() => Cases.Sample(one =>
    {
        if (one.Decide(one.Drops).Ready is not { } ready)
            return;

        var feeds = ready.Drops.Select(drop => drop.Feed).ToList();
        Assert.Equal(feeds.Distinct(), feeds);
        Assert.Empty(one.Setting.Definition.RequiredFeeds.Select(feed => feed.Name).Except(feeds));
        Assert.Equal(one.Setting.Definition.Feeds.Select(feed => feed.Name).Where(feeds.Contains), feeds);
    }, iter: Times);

    [Fact]
    public void A_required_drop_is_held_exactly_when_its_date_has_a_run() => Cases.Sample(one =>
    {
        var held = one.Decide(one.Drops).Disposals.Where(disposal => disposal.Disposition == DropDisposition.Held).Select(disposal => disposal.Drop.Id);
        var expected = one.Drops.Where(drop => drop.Feed != "products" && one.Runs.Any(run => run.RunDate == one.Setting.DateOf(drop))).Select(drop => drop.Id);

        Assert.Equal(expected, held.Order());
    }, iter: Times);

    [Fact]
    public void An_optional_drop_is_put_aside_only_by_a_newer_one_in_a_ready_batch() => Cases.Sample(one =>
    {
        var decision = one.Decide(one.Drops);
        Assert.All(decision.Disposals.Where(disposal => disposal.Drop.Feed == "products"), disposal =>
        {
            Assert.Equal(DropDisposition.Superseded, disposal.Disposition);
            Assert.Contains(decision.Ready!.Drops, drop => drop.Feed == "products" && drop.Id != disposal.Drop.Id);
        });
        if (decision.Ready is not null && one.Drops.Any(drop => drop.Feed == "products"))
            Assert.Contains(decision.Ready.Drops, drop => drop.Feed == "products");
    }, iter: Times);

    [Fact]
    public void Deciding_again_after_putting_aside_puts_nothing_else_aside_and_runs_the_same() => Cases.Where(one => one.Setting.Named == 0).Sample(one =>
        Assert.Equal(Told(one.Decide(one.Drops) with { Disposals = [] }), Told(one.DecideAgain())), iter: Times);

    // Where keys name dates, a window may close at another time once an older drop is gone, so only the date is the same. Where
    // one feed's keys do and another's do not, not even that: the date may be known only by a drop put aside.
    [Fact]
    public void Deciding_again_after_putting_aside_runs_the_same_date_where_keys_name_dates() =>
        Cases.Where(one => one.Setting.Named == 2).Sample(one => Assert.Equal(one.Decide(one.Drops).Ready?.RunDate, one.DecideAgain().Ready?.RunDate), iter: Times);

    [Fact]
    public void Long_after_the_last_drop_no_required_drop_is_still_waiting() => Cases.Sample(one =>
    {
        var decision = (one with { Now = one.Now.AddDays(10) }).Decide(one.Drops);
        var mentioned = decision.Disposals.Select(disposal => disposal.Drop.Id).Concat(decision.Ready?.Drops.Select(drop => drop.Id) ?? []);

        Assert.Empty(one.Drops.Where(drop => drop.Feed != "products").Select(drop => drop.Id).Except(mentioned));
    }, iter: Times);

    [Fact]
    public void As_drops_land_one_by_one_each_date_runs_at_most_once_and_dates_only_grow() => Cases.Sample(one =>
    {
        var pending = new List<Drop>();
        var runs = new List<RunSummary>();
        foreach (var landed in one.Drops.OldestFirst())
        {
            pending.Add(landed);
            var decision = (one with { Runs = [.. runs], Now = landed.EventTime }).Decide(pending);
            pending.RemoveAll(drop => decision.Disposals.Any(disposal => disposal.Drop.Id == drop.Id));
            if (decision.Ready is not { } ready)
                continue;

            Assert.All(ready.Drops, drop => Assert.Contains(pending, waiting => waiting.Id == drop.Id));
            pending.RemoveAll(drop => ready.Drops.Any(taken => taken.Id == drop.Id));
            Assert.All(runs, run => Assert.True(run.RunDate < ready.RunDate));
            runs.Add(new RunSummary(ready.RunDate, RunState.Succeeded));
        }
    }, iter: Times);

    [Fact]
    public void A_batch_that_was_ready_never_mixes_dates_that_keys_name() => Cases.Sample(one =>
    {
        if (one.Decide(one.Drops).Ready is { } ready)
            Assert.All(ready.Drops.Where(drop => one.Setting.NamedDateOf(drop) is not null && drop.Feed != "products"), drop =>
                Assert.Equal(ready.RunDate, one.Setting.NamedDateOf(drop)));
    }, iter: Times);


    private static string Told(BatchDecision decision) =>
        string.Join('\n', decision.Disposals.Select(disposal => $"{disposal.Drop.Id} {disposal.Date:O} {disposal.Disposition} {disposal.Reason}").Order(StringComparer.Ordinal))
        + $"\nready {decision.Ready?.RunDate:O}: {string.Join(' ', decision.Ready?.Drops.Select(drop => drop.Id) ?? [])}";

    /// <param name="Zone">IANA zone.</param>
    /// <param name="DayStart">Hours.</param>
    /// <param name="Span">Hours.</param>
    /// <param name="Named">How many of the feeds have a date in their keys: none, one or all required ones.</param>
    internal sealed record Setting(string Zone, int DayStart, int Span, int Named)
    {
        private readonly BusinessCalendar _calendar = new(TimeZoneInfo.FindSystemTimeZoneById(Zone), TimeSpan.FromHours(DayStart));

        public PipelineDefinition Definition { get; } = new()
        {
            Name = "retail",
            TimeZone = Zone,
            Trigger = new TriggerDefinition { DayStart = TimeSpan.FromHours(DayStart), Span = TimeSpan.FromHours(Span) },
            Feeds = [Feed("orders", Named > 0), Feed("products", false, required: false), Feed("reviews", Named > 1), Feed("shipments", Named > 1)],
        };

        public BatchPlanner Planner => new(Definition, _calendar);

        public DateOnly? NamedDateOf(Drop drop) => Definition.Feed(drop.Feed).Takes(drop.Key, out var named) ? named : null;

        public DateOnly DateOf(Drop drop) => NamedDateOf(drop) ?? _calendar.DateOf(drop.EventTime);

        private static FeedDefinition Feed(string name, bool isNamed, bool required = true) =>
            new() { Name = name, Object = isNamed ? $"in/{name}/{{date}}.csv" : $"in/{name}/*.csv", Table = $"staging.{name}", Required = required };
    }

    internal sealed record Case(Setting Setting, Drop[] Drops, RunSummary[] Runs, DateTimeOffset Now)
    {
        public BatchDecision Decide(IEnumerable<Drop> drops) => Setting.Planner.Decide(drops, Runs, Now);

        /// <summary>The next decision, after what the first put aside is out of the way.</summary>
        public BatchDecision DecideAgain()
        {
            var putAside = Decide(Drops).Disposals.Select(disposal => disposal.Drop.Id);
            return Decide(Drops.ExceptBy(putAside, drop => drop.Id));
        }

        public override string ToString() => $"{Setting.Zone} day {Setting.DayStart} span {Setting.Span} named {Setting.Named}, now {Now:u}"
            + string.Concat(Drops.OldestFirst().Select(drop => $"\n  {drop.Id} {drop.Feed} {drop.EventTime:u} {drop.Key} {drop.Sequencer}"))
            + string.Concat(Runs.Select(run => $"\n  ran {run.RunDate:O} {run.State}"));
    }
}
