using System.Text.Json.Nodes;
using EtlWorker.Definitions;
using EtlWorker.Domain.Drops;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using EtlWorker.Tests.Definitions;
using EtlWorker.Tests.Extract;
using EtlWorker.Tests.Memory;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Intake;

/// <summary>What resembles a feed of the pipeline itself; what other pipelines take is in the ledger.</summary>
public sealed class NearMissesTests : IAsyncDisposable
{
    private readonly DefinitionDirectory _directory = new();
    private readonly Database _database = new(new DatabaseOptions("Host=127.0.0.1;Database=none", null));
    private readonly RecordingLogger<NearMisses> _logger = new();
    private readonly DropMatcher _matcher;
    private readonly NearMisses _nearMisses;

    public NearMissesTests()
    {
        var definition = DefinitionDirectory.Smallest();
        var reviews = DefinitionDirectory.Feed("reviews").With("object", "in/reviews_{date}_*.csv");
        definition["feeds"] = new JsonArray(DefinitionDirectory.Feed("orders"), reviews);
        definition["trigger"] = new JsonObject { ["when"] = "marker", ["object"] = "in/.SUCCESS" };
        var pipeline = new Pipeline(_directory.Read(definition));
        _matcher = new DropMatcher(pipeline, new MemorySource { Location = "landing" });
        _nearMisses = new NearMisses(
            pipeline, Given.Each(pipeline), new DefinitionLedger(_database), new FakeTimeProvider(), _logger);
    }

    public async ValueTask DisposeAsync()
    {
        _directory.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_key_that_differs_in_spelling_is_warned_of_once_with_the_feed_that_it_resembles()
    {
        await LookAsync("in/Orders.csv");
        await LookAsync("in/Orders.csv");
        await LookAsync("/in/reviews_2026-03-01_.csv");
        await LookAsync("in/.success");

        const string Remedy = " Drop it so, or correct the feed's object";
        Assert.Equal(
        [
            "Warning: in/Orders.csv is ignored: it differs in letter case from what feed orders takes (in/orders.csv)." + Remedy,
            "Warning: /in/reviews_2026-03-01_.csv is ignored: it differs in slashes from what feed reviews takes (in/reviews_{date}_*.csv)."
                + Remedy,
            "Warning: in/.success is ignored: it differs in letter case from what feed (marker) takes (in/.SUCCESS)." + Remedy,
        ], _logger.Lines);
    }

    [Fact]
    public async Task A_feed_s_key_in_another_bucket_is_warned_of()
    {
        await LookAsync("in/orders.csv", "landings");

        Assert.Equal(
            "Warning: in/orders.csv in bucket landings is ignored: the bucket is not landing, and feed orders takes that key. "
                + "Drop it there, or correct PIPELINE__BUCKET",
            Assert.Single(_logger.Lines));
    }

    [Fact]
    public async Task However_many_keys_resemble_a_feed_only_so_many_are_remembered()
    {
        for (var number = 0; number < 1001; number++)
        {
            await LookAsync($"in/reviews_2026-03-01_{number}.CSV");
        }

        await LookAsync("in/reviews_2026-03-01_1000.CSV");
        Assert.Equal(1001, _logger.Lines.Count);
        await LookAsync("in/reviews_2026-03-01_0.CSV");
        Assert.Equal(1002, _logger.Lines.Count);
    }

    private Task LookAsync(string key, string bucket = "landing")
    {
        var told = new DropEvent { Bucket = bucket, Key = key, EventTime = DateTimeOffset.UnixEpoch, Source = DropSource.S3 };
        var matched = _matcher.Match(told);
        Assert.Null(matched.Feed);
        return _nearMisses.LookAsync(matched, TestContext.Current.CancellationToken);
    }
}
