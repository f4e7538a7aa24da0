using System.Text;
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
        _manifests.ReadAsync(Stories.Run, Feed, _source.Drop(3, "feed", "in/feed.csv"), CancellationToken.None);

    private async Task<FeedJob> JobAsync() =>
        new(Stories.Run, Feed, _source.Drop(3, "feed", "in/feed.csv"), new RejectLimit(), FormerRows.None) { Control = await ReadAsync() };
}
