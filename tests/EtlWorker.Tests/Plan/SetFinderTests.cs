using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Plan;
using EtlWorker.Tests.Memory;
using Xunit;

namespace EtlWorker.Tests.Plan;

/// <summary>Which files a run of a date would load.</summary>
public sealed class SetFinderTests
{
    private static readonly DateOnly Date = new(2026, 11, 23);
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly MemorySource _source = new();

    [Fact]
    public async Task Of_a_snapshot_the_newest_counts_and_what_is_left_is_told()
    {
        Put("orders-a.csv", 1);
        Put("orders-b.csv", 2);
        Put("notes.txt", 3);

        var set = await FolderAsync(Feed("orders", "in/orders-*.csv"));

        Assert.Equal(["orders-b.csv"], set.Drops.Select(drop => drop.Key));
        Assert.Empty(set.Missing);
        Assert.Equal(
            [("notes.txt", "no feed takes it"), ("orders-a.csv", "feed orders takes the newest of its files")], set.NotTaken);
    }

    [Fact]
    public async Task Files_of_another_date_are_left_and_the_feed_is_missing()
    {
        Put("bookings-2026-11-22.csv", 1);

        var set = await FolderAsync(Feed("bookings", "in/bookings-{date}.csv") with { Mode = LoadMode.Append });

        Assert.Empty(set.Drops);
        Assert.Equal(["bookings"], set.Missing);
        Assert.Equal(
            [("bookings-2026-11-22.csv", "of 2026-11-22: for feed bookings, with --date 2026-11-22")], set.NotTaken);
    }

    [Fact]
    public async Task Every_file_of_a_feed_that_appends_is_taken_oldest_first()
    {
        Put("b.csv", 1);
        Put("a.csv", 2);

        var set = await FolderAsync(Feed("events", "in/?.csv") with { Object = "*.csv", Mode = LoadMode.Append });

        Assert.Equal(["b.csv", "a.csv"], set.Drops.Select(drop => drop.Key));
    }

    [Fact]
    public async Task An_empty_file_completes_no_set()
    {
        _source.Put("in/orders.csv", [], Noon);

        var set = await FolderAsync(Feed("orders", "in/orders.csv"));

        Assert.Empty(set.Drops);
        Assert.Equal(["orders (in/orders.csv is empty)"], set.Missing);
        Assert.Equal([("in/orders.csv", "empty: feed orders needs rows")], set.NotTaken);
    }

    [Fact]
    public async Task In_a_bucket_keys_alone_count_and_what_was_loaded_of_a_feed_that_appends_is_left()
    {
        Put("in/orders.csv", 1);
        Put("orders.csv", 2);
        Put("log/1.csv", 3);
        Put("log/2.csv", 4);
        var pipeline = PipelineOf(Feed("orders", "in/orders.csv"), Feed("log", "log/*.csv") with { Mode = LoadMode.Append });

        var set = await new SetFinder(pipeline, _source).OfSourceAsync(
            Date, (_, listed) => Task.FromResult(listed.Key == "log/1.csv" ? "the ledger has it as loaded" : null), CancellationToken.None);

        Assert.Equal(["in/orders.csv", "log/2.csv"], set.Drops.Select(drop => drop.Key));
        Assert.Equal([("log/1.csv", "the ledger has it as loaded")], set.NotTaken);
    }

    private void Put(string key, int minute) => _source.Put(key, [1], Noon.AddMinutes(minute));

    private Task<PlannedSet> FolderAsync(params FeedDefinition[] feeds) =>
        new SetFinder(PipelineOf(feeds), _source).OfFolderAsync(Date, CancellationToken.None);

    private static Pipeline PipelineOf(params FeedDefinition[] feeds) => new(new LoadedDefinition(
        new PipelineDefinition { Name = "p", TimeZone = "UTC", Feeds = feeds }, "", new Dictionary<string, string>(), "hash"));

    private static FeedDefinition Feed(string name, string key) => new() { Name = name, Object = key, Table = $"staging.{name}" };
}
