using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>Files that must agree with a manifest or a trailer, through the real binary and the real ledger.</summary>
public sealed class ControlTotalsTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Manifest =
        """ "rejects": { "max": 9, "maxPercent": 50 }, "manifest": { "object": "{stem}.json", "rows": "rows", "sha256": "sha256" }""";

    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_run_waits_for_a_manifest_that_is_not_there_and_loads_the_file_that_agrees_with_it()
    {
        await using var rig = await CreateRigAsync($"orders {Manifest}");
        await using var worker = await rig.StartAsync();
        const string File = "id,note\n1,x\nbad,x\n3,x\n";
        await rig.DropAsync("in/orders.csv", File);
        await worker.SeeAsync("in/orders.json, the manifest of in/orders.csv, is not there yet", rig.Token);
        Assert.Equal(0, await rig.RowsAsync("orders"));

        await rig.DropAsync("in/orders.json", ManifestOf(File, 3));

        Assert.Contains("SUCCEEDED", (await rig.NotifiedAsync("succeeded")).Subject, StringComparison.Ordinal);
        Assert.Equal(2, await rig.RowsAsync("orders"));
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.drop where feed = 'orders'"));
    }

    [Fact]
    public async Task A_manifest_that_never_comes_fails_the_run_after_its_patience_and_a_retry_finds_it()
    {
        await using var rig = await CreateRigAsync($"orders {Manifest}");
        rig.Environment["ETLWORKER__RUN__PATIENCE"] = "00:00:01";
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "id,note\n1,x\n");

        var failed = await rig.NotifiedAsync("failed");

        Assert.Contains("in/orders.json, the manifest of in/orders.csv, is not there yet", failed.Body, StringComparison.Ordinal);
        Assert.Contains("See that the sender uploads in/orders.json", failed.Body, StringComparison.Ordinal);
        await rig.DropAsync("in/orders.json", ManifestOf("id,note\n1,x\n", 1));
        Assert.Equal(0, (await rig.CommandAsync("retry", failed.Attributes["run_date"], "--reason", "it is there")).Exit);
        await rig.NotifiedAsync("succeeded");
    }

    [Fact]
    public async Task A_file_that_does_not_agree_fails_its_run_and_one_of_the_next_day_waits_for_its_own_manifest()
    {
        _clock.Shift = -2 * SmallPipeline.OneDay;
        await using var rig = await CreateRigAsync($"orders {Manifest}");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "id,note\n1,x\n2,x\n");
        await rig.DropAsync("in/orders.json", ManifestOf("id,note\n1,x\n2,x\n3,x\n", 3));

        var failed = await rig.NotifiedAsync("failed");

        Assert.Contains(
            "in/orders.csv has 2 rows where its manifest says 3 and the SHA-256 ", failed.Body, StringComparison.Ordinal);
        Assert.Equal(0, await rig.RowsAsync("orders"));
        _clock.Shift = -SmallPipeline.OneDay;
        await rig.DropAsync("in/orders.csv", "id,note\n7,x\n");
        await worker.SeeAsync("does not agree with s3://landing", rig.Token);
        await rig.DropAsync("in/orders.json", ManifestOf("id,note\n7,x\n", 1));
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(1, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task A_trailer_says_how_many_rows_there_are_and_plan_judges_as_a_run_does()
    {
        await using var rig = await CreateRigAsync("""orders "skipLastLines": 1, "trailer": "T,{rows}" """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "id,note\n1,x\n2,x\nT,3\n");
        Assert.Contains(
            "in/orders.csv has 2 rows where its trailer says 3", (await rig.NotifiedAsync("failed")).Body, StringComparison.Ordinal);
        var definition = rig.Environment["ETLWORKER__PIPELINE__DEFINITION"];
        var (exit, said) = await rig.CommandAsync("plan", definition);
        Assert.Equal(1, exit);
        Assert.Contains("in/orders.csv has 2 rows where its trailer says 3", said, StringComparison.Ordinal);
        await rig.DropAsync("in/orders.csv", "id,note\n1,x\n2,x\n3,x\n");
        (_, said) = await rig.CommandAsync("plan", definition);
        Assert.Contains("in/orders.csv does not end with one trailer as T,{rows}", said, StringComparison.Ordinal);
        await rig.DropAsync("in/orders.csv", "id,note\n1,x\n2,x\n3,x\nT,0003\n");
        Assert.Equal(0, (await rig.CommandAsync("plan", definition)).Exit);

        rig.Define(pipeline => pipeline["feeds"]![0]!["manifest"] = JsonNode.Parse("""{ "object": "{object}.cnt", "format": "count" }"""));
        (exit, said) = await rig.CommandAsync("plan", definition);
        Assert.Equal(1, exit);
        Assert.Contains("in/orders.csv.cnt, the manifest of in/orders.csv, is not there yet", said, StringComparison.Ordinal);
        await rig.DropAsync("in/orders.csv.cnt", "3\n");
        Assert.Equal(0, (await rig.CommandAsync("plan", definition)).Exit);
    }

    private static string ManifestOf(string file, int rows) =>
        $$"""{ "rows": {{rows}}, "sha256": "{{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(file)))}}" }""";

    private async Task<Rig> CreateRigAsync(string feed)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", feed);
        return rig;
    }
}
