using System.Globalization;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>
/// What landed when, and what ran, in September 2022 in Lagos unless told otherwise; times are written <c>05 23:55</c>. A feed
/// is named as its object is, less its date and its asterisk; a question mark makes it optional, a plus has it append, a tilde merge,
/// an exclamation mark with a number makes a snapshot of so many parts, with none of all that there are.
/// </summary>
internal sealed class Timeline
{
    private readonly string _month;
    private readonly TimeZoneInfo _zone;
    private readonly PipelineDefinition _definition;
    private readonly LedgerSample _ledger;
    private int _landed;

    public Timeline(
        string feeds = "orders reviews shipments", string dayStart = "00:00", string span = "12:00",
        TriggerKind when = TriggerKind.Complete,
        FailedDay failedDay = FailedDay.Closed, string settle = "00:05", string? deadline = null, string days = "0123456",
        string zone = "Africa/Lagos", string month = "2022-09", long minRows = 1)
    {
        _month = month;
        _zone = TimeZoneInfo.FindSystemTimeZoneById(zone);
        _definition = new PipelineDefinition
        {
            Name = "retail",
            TimeZone = zone,
            Trigger = new TriggerDefinition
            {
                When = when,
                DayStart = Time(dayStart),
                Span = Time(span),
                Settle = Time(settle),
                Deadline = deadline is null ? null : Time(deadline),
                Days = new ExpectedDays { Weekdays = [.. days.Select(day => (DayOfWeek)(day - '0'))] },
                FailedDay = failedDay,
                Object = when == TriggerKind.Marker ? "in/.SUCCESS" : null,
            },
            Feeds = [.. feeds.Split(' ').Select(feed => Feed(feed, minRows))],
        };
        _ledger = new LedgerSample(_definition);
    }

    /// <summary>A drop of the feed; where its key has a date, that day of the month.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="at">When it lands.</param>
    /// <param name="named">The day that its key names, if it names one.</param>
    /// <param name="sequencer">Its sequencer.</param>
    /// <param name="star">What stands for the asterisk of its object.</param>
    public Drop Lands(string feed, string at, int? named = null, string? sequencer = null, string star = "") =>
        Lands(feed, KeyOf(feed, named, star), at, sequencer);

    /// <summary>A drop of the feed whose object has no bytes.</summary>
    public Drop LandsEmpty(string feed, string at, int? named = null, string star = "")
    {
        var key = KeyOf(feed, named, star);
        return Lands(feed, key, at, null, size: 0);
    }

    /// <summary>A drop of the feed whose key names a date of any month.</summary>
    public Drop LandsNamed(string feed, string date, string at, long size = 1) =>
        Lands(feed, _definition.Target(feed)!.Object.Replace("{date}", date, StringComparison.Ordinal), at, null, size);

    /// <summary>A drop of a feed that the definition had.</summary>
    public Drop LandsFormerly(string feed, string at) => Lands(feed, $"in/{feed}.csv", at, null);

    /// <summary>The marker lands.</summary>
    public Drop Marks(string at) => Lands(MarkerDefinition.LedgerName, at);

    /// <summary>The day's run, and the drops that it had.</summary>
    public void Ran(int day, RunState state = RunState.Succeeded, params Drop[] drops) => _ledger.Ran(DayOf(day), state, drops);

    /// <summary>The ledger does as the decision says; what is ready runs, and ends so.</summary>
    public void Apply(BatchDecision decision, RunState end = RunState.Succeeded)
    {
        _ledger.Apply(decision);
        if (decision.Ready is not null && end != RunState.Claimed)
            _ledger.End(end);
    }

    public void Take(params Drop[] drops)
    {
        foreach (var drop in drops)
            _ledger.Remove(drop);
    }

    public void Becomes(DropDisposition disposition, params Drop[] drops)
    {
        foreach (var drop in drops)
            _ledger.Set(drop, disposition);
    }

    public DropDisposition DispositionOf(Drop drop) => _ledger[drop].Disposition;

    /// <param name="now">The time.</param>
    /// <param name="heard">The time up to which the queue has told everything; now, unless told otherwise.</param>
    public BatchDecision At(string now, string? heard = null) =>
        Planner.Decide(_ledger.Candidates, _ledger.Runs, Instant(now), Instant(heard ?? now));

    /// <summary>The deadlines that passed from one time to another: <c>05 18:00 orders,reviews</c>, by the clock on the wall.</summary>
    public string[] Overdue(string after, string until) => Overdue(Instant(after), Instant(until));

    /// <summary>The deadlines that pass in 29 days from the second of the month, asked for step by step.</summary>
    public IEnumerable<string> OverdueInSteps(TimeSpan step)
    {
        var first = new DateTimeOffset(DayOf(2), new TimeOnly(12, 0), TimeSpan.Zero);
        for (var after = first; after < first.AddDays(29); after += step)
        {
            foreach (var day in Overdue(after, after + step))
                yield return day;
        }
    }

    /// <summary>The batch of a retry of the day's run: the drops that it had, and all that are still here.</summary>
    public (Batch Batch, IReadOnlyList<string> Missing) Retry(int day, params Drop[] ofRun)
    {
        Take(ofRun);
        var batch = Planner.Replan(DayOf(day), ofRun, _ledger.Pending, out var missing);
        return (batch, missing);
    }

    /// <summary>What landed for later dates, as a retry of the day shows it: <c>orders 6 True</c>.</summary>
    public IEnumerable<string> Later(int day)
    {
        var drops = _ledger.Drops.ToLookup(drop => drop.RunDate == DayOf(day));
        return Planner.Later(DayOf(day), drops[true], drops[false])
            .Select(later => $"{later.Drop.Id} {later.Drop.Feed} {later.Date.Day} {later.IsNewest}");
    }

    /// <summary>The batch of a retry of the day's run with all that the ledger has.</summary>
    public (Batch Batch, IReadOnlyList<string> Missing) RetryOfAll(int day)
    {
        var drops = _ledger.Drops.ToLookup(drop => drop.RunDate == DayOf(day));
        var batch = Planner.Replan(DayOf(day), drops[true], drops[false], out var missing);
        return (batch, missing);
    }

    public static DateOnly Day(int day) => new(2022, 9, day);

    private string[] Overdue(DateTimeOffset after, DateTimeOffset until) =>
    [
        .. Planner.Overdue(_ledger.Pending, _ledger.Runs, after, until)
            .Select(day => (day.Date, At: TimeZoneInfo.ConvertTime(day.Deadline, _zone), Missing: string.Join(",", day.MissingInWords)))
            .Select(day => $"{day.Date:dd} at {day.At:dd HH:mm}: {day.Missing}"),
    ];

    private BatchPlanner Planner => new(_definition, new BusinessCalendar(_zone, _definition.Trigger.DayStart));

    private DateOnly DayOf(int day) => DateOnly.ParseExact($"{_month}-{day:00}", "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A drop that is received later than S3 dates it.</summary>
    public Drop IsHeardOf(string feed, string at, string heardOf) => Lands(feed, $"in/{feed}.csv", at, null, heardOf: heardOf);

    private string KeyOf(string feed, int? named, string star)
    {
        var key = _definition.Target(feed)!.Object.Replace("{date}", $"{_month}-{named:00}", StringComparison.Ordinal)
            .Replace("*", star, StringComparison.Ordinal);
        Assert.True(_definition.Target(feed)!.Takes(key, out _));
        return key;
    }

    private Drop Lands(string feed, string key, string at, string? sequencer, long size = 1, string? heardOf = null)
    {
        _landed++;
        var drop = new Drop
        {
            Id = _landed,
            Feed = feed,
            Bucket = "drops",
            Key = key,
            VersionId = $"v{_landed}",
            Size = size,
            Sequencer = sequencer,
            EventTime = Instant(at),
            ReceivedAt = Instant(heardOf ?? at),
        };
        _ledger.Record(drop);
        return drop;
    }

    private DateTimeOffset Instant(string text)
    {
        var local = DateTime.ParseExact($"{_month}-{text}", "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new BusinessCalendar(_zone, TimeSpan.Zero).At(DateOnly.FromDateTime(local), local.TimeOfDay)!.Value;
    }

    private static FeedDefinition Feed(string text, long minRows)
    {
        var (rest, count) = text.Split('!') is [var before, var parts] ? (before, parts) : (text, null);
        var name = rest.Replace("{date}", "", StringComparison.Ordinal).Replace("*", "", StringComparison.Ordinal).TrimEnd('?', '+', '~');
        return new FeedDefinition
        {
            Name = name,
            Object = $"in/{rest.TrimEnd('?', '+', '~')}.csv",
            Parts = count is null ? null : Parts.All,
            Count = count is null or "" ? null : int.Parse(count, CultureInfo.InvariantCulture),
            Table = $"staging.{name}",
            MinRows = minRows,
            Required = !text.Contains('?', StringComparison.Ordinal),
            Mode = text.Contains('+', StringComparison.Ordinal) ? LoadMode.Append
                : text.Contains('~', StringComparison.Ordinal) ? LoadMode.Merge
                : LoadMode.Replace,
        };
    }

    private static TimeSpan Time(string text)
    {
        var parts = text.Split(':');
        return new TimeSpan(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), 0);
    }
}
