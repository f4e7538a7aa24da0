using System.Globalization;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>
/// What landed when, and what ran, in September 2022 in Lagos; times are written <c>05 23:55</c>. A feed is named as its
/// object is, less its date; a question mark makes it optional.
/// </summary>
internal sealed class Timeline
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Lagos");
    private readonly PipelineDefinition _definition;
    private readonly List<Drop> _pending = [];
    private readonly List<RunSummary> _runs = [];
    private int _landed;

    public Timeline(string feeds = "orders reviews shipments", string dayStart = "00:00", string span = "12:00") => _definition = new PipelineDefinition
    {
        Name = "retail",
        TimeZone = _zone.Id,
        Trigger = new TriggerDefinition { DayStart = Time(dayStart), Span = Time(span) },
        Feeds = [.. feeds.Split(' ').Select(Feed)],
    };

    /// <summary>A drop of the feed; where its key has a date, that day of the month.</summary>
    public Drop Lands(string feed, string at, int? named = null, string? sequencer = null)
    {
        _landed++;
        var drop = new Drop
        {
            Id = _landed,
            Feed = feed,
            Bucket = "drops",
            Key = _definition.Feed(feed).Object.Replace("{date}", $"2022-09-{named:00}", StringComparison.Ordinal),
            VersionId = $"v{_landed}",
            Size = 1,
            Sequencer = sequencer,
            EventTime = Instant(at),
        };
        Assert.True(_definition.Feed(feed).Takes(drop.Key, out _));
        _pending.Add(drop);
        return drop;
    }

    public void Ran(int day, RunState state = RunState.Succeeded) => _runs.Add(new RunSummary(Day(day), state));

    public void Take(params Drop[] drops) => _pending.RemoveAll(drops.Contains);

    public BatchDecision At(string now) =>
        new BatchPlanner(_definition, new BusinessCalendar(_zone, _definition.Trigger.DayStart)).Decide(_pending, _runs, Instant(now));

    /// <summary>The batch of a retry of the day's run: the drops that it had, and all that are still here.</summary>
    public (Batch Batch, IReadOnlyList<string> Missing) Retry(int day, params Drop[] ofRun)
    {
        Take(ofRun);
        var batch = new BatchPlanner(_definition, new BusinessCalendar(_zone, _definition.Trigger.DayStart)).Retry(Day(day), ofRun, _pending, out var missing);
        return (batch, missing);
    }

    public static DateOnly Day(int day) => new(2022, 9, day);

    private DateTimeOffset Instant(string text)
    {
        var local = DateTime.ParseExact($"2022-09-{text}", "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static FeedDefinition Feed(string text)
    {
        var name = text.Replace("{date}", "", StringComparison.Ordinal).TrimEnd('?');
        return new FeedDefinition { Name = name, Object = $"in/{text.TrimEnd('?')}.csv", Table = $"staging.{name}", Required = !text.EndsWith('?') };
    }

    private static TimeSpan Time(string text)
    {
        var parts = text.Split(':');
        return new TimeSpan(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), 0);
    }
}
