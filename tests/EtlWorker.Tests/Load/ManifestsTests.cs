using System.Text;
using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Load;
using EtlWorker.Tests.Memory;
using EtlWorker.Tests.Notices;
using Xunit;

namespace EtlWorker.Tests.Load;

public sealed class ManifestsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FeedDefinition Feed = LoadedCsv.Feed with
    {
        Manifest = new ManifestDefinition { Object = "{object}.json", Rows = "rows" },
    };

    private static readonly DateOnly Date = new(2026, 3, 1);
    private static readonly BusinessCalendar Utc = new(TimeZoneInfo.Utc, TimeSpan.Zero);

    private readonly MemorySource _source = new();
    private readonly Manifests _manifests;

    public ManifestsTests()
    {
        _manifests = new Manifests(_source);
        _source.Put("in/feed.csv", "a,b\n"u8.ToArray(), Noon);
    }

    [Fact]
    public async Task A_manifest_that_is_not_there_is_waited_for()
    {
        var fault = (await Assert.ThrowsAsync<FaultException>(ReadAsync)).Fault;

        Assert.Equal(FaultKind.Passing, fault.Kind);
        Assert.Equal("memory://landing/in/feed.csv.json, the manifest of in/feed.csv, is not there yet", fault.Cause);
        Assert.Contains("uploads in/feed.csv.json", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_cannot_be_understood_fails_the_run()
    {
        Put("{}", Noon);

        var failure = await Assert.ThrowsAsync<RunFailedException>(ReadAsync);

        Assert.Equal("memory://landing/in/feed.csv.json, the manifest of in/feed.csv, has no rows", failure.Message);
    }

    /// <summary>A list under one key that has yesterday's names as long as today's is not there.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("no JSON at all")]
    public async Task One_that_cannot_be_understood_and_is_older_than_its_file_is_waited_for(string manifest)
    {
        Put(manifest, Noon - TimeSpan.FromHours(24));

        var fault = (await Assert.ThrowsAsync<FaultException>(ReadAsync)).Fault;

        Assert.Equal(FaultKind.Passing, fault.Kind);
        Assert.EndsWith("and is older than the file: its own manifest is not there yet", fault.Cause, StringComparison.Ordinal);
    }

    /// <summary>A run loads the files of an earlier date, too, where that one's run failed.</summary>
    [Theory]
    [InlineData("in/feed.csv", "in/2026-02-27.json")]
    [InlineData("in/feed_2026-02-20.csv", "in/2026-02-20.json")]
    public async Task The_date_in_its_key_is_the_file_s_own_and_not_the_run_s(string key, string manifest)
    {
        var feed = Feed with
        {
            Object = key.Replace("2026-02-20", "{date}", StringComparison.Ordinal),
            Manifest = Feed.Manifest! with { Object = "in/{date}.json" },
        };
        _source.Put(key, "a,b\n"u8.ToArray(), new DateTimeOffset(2026, 2, 27, 12, 0, 0, TimeSpan.Zero));
        _source.Put(manifest, """{ "rows": 7 }"""u8.ToArray(), Noon);

        var drop = _source.Drop(3, "feed", key);
        var totals = await _manifests.ReadAsync(Stories.Run, feed, drop, Utc.DateOf(feed, drop), CancellationToken.None);

        Assert.Equal((manifest, 7), (totals!.Key, totals.Rows));
    }

    /// <summary>What the definition says of the feed may have been what was wrong.</summary>
    [Fact]
    public async Task With_another_definition_a_file_is_loaded_again_for_the_same_manifest()
    {
        Put("""{ "rows": 2 }""", Noon - TimeSpan.FromHours(24));
        var job = await JobAsync();
        Assert.Throws<FaultException>(() => _manifests.Disagreement(job, 1, ""));
        await Assert.ThrowsAsync<FaultException>(ReadAsync);

        Assert.NotNull(await _manifests.ReadAsync(
            Stories.Run with { DefinitionHash = "another" }, Feed, job.Drop, Date, CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_does_not_agree_with_it_fails_the_run()
    {
        Put("""{ "rows": 1200 }""", Noon);
        var job = await JobAsync();

        Assert.Null(_manifests.Disagreement(job, 1_200, ""));
        Assert.Equal(
            "in/feed.csv has 1 row where its manifest says 1,200 (in/feed.csv.json)", _manifests.Disagreement(job, 1, "")!.Message);
    }

    [Fact]
    public async Task One_that_is_older_than_its_file_and_says_otherwise_may_be_of_the_version_before()
    {
        Put("""{ "rows": 2 }""", Noon - TimeSpan.FromHours(24));
        var job = await JobAsync();
        Assert.Null(_manifests.Disagreement(job, 2, ""));

        var fault = Assert.Throws<FaultException>(() => _manifests.Disagreement(job, 1, "")).Fault;

        Assert.Equal(FaultKind.Passing, fault.Kind);
        Assert.Equal(
            "in/feed.csv does not agree with memory://landing/in/feed.csv.json, which is older (2026-02-28 12:00:00 UTC): "
            + "its own manifest is not there yet", fault.Cause);
        // The file is not loaded again for the same manifest.
        Assert.Equal(fault.Cause, (await Assert.ThrowsAsync<FaultException>(ReadAsync)).Fault.Cause);
        Put("""{ "rows": 1 }""", Noon + TimeSpan.FromMinutes(1));
        Assert.Null(_manifests.Disagreement(await JobAsync(), 1, ""));
    }

    [Fact]
    public async Task A_plan_waits_for_nothing()
    {
        Put("""{ "rows": 2 }""", Noon - TimeSpan.FromHours(24));
        var job = await JobAsync() with { ReadsOn = true };
        Assert.StartsWith("in/feed.csv has 1 row", _manifests.Disagreement(job, 1, "")!.Message, StringComparison.Ordinal);
        job = job with { Control = job.Control! with { Unread = new Fault(FaultKind.Passing, "not there", "Upload it.") } };
        Assert.Equal("not there", _manifests.Disagreement(job, 1, "")!.Message);
    }

    private void Put(string manifest, DateTimeOffset at) => _source.Put("in/feed.csv.json", Encoding.UTF8.GetBytes(manifest), at);

    private Task<ControlTotals?> ReadAsync() =>
        _manifests.ReadAsync(Stories.Run, Feed, _source.Drop(3, "feed", "in/feed.csv"), Date, CancellationToken.None);

    private async Task<FeedJob> JobAsync() =>
        new(Stories.Run, Feed, _source.Drop(3, "feed", "in/feed.csv"), new RejectLimit(), FormerRows.None) { Control = await ReadAsync() };
}
