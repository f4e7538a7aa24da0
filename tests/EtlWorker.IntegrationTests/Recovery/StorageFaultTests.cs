using EtlWorker.Domain.Runs;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Objects;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// S3 that fails, breaks off, dawdles, and objects that change under the worker: the run ends as if nothing had happened.
/// </summary>
public sealed class StorageFaultTests(UndisturbedRun undisturbed, ITestOutputHelper output) : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task S3_that_asks_to_slow_down_while_files_are_read_is_asked_again_later()
    {
        // More often than the SDK's own retries.
        var outcome = await RunAsync(() => _aws.Faults.Fail(AwsService.S3, times: 8, when: Reads("reviews.csv")));
        Assert.True(outcome.Attempts > 1);
    }

    [Fact]
    public async Task S3_that_asks_to_slow_down_while_results_are_written_is_asked_again_later()
    {
        var outcome = await RunAsync(
            () => _aws.Faults.Fail(AwsService.S3, times: 8, when: request => request.Operation == "PUT" && IsExport(request)));
        Assert.Equal(1, outcome.Attempts);
    }

    [Fact]
    public async Task A_result_whose_answer_is_lost_is_written_again_with_the_same_bytes() => await RunAsync(
        () => _aws.Faults.LoseReply(AwsService.S3, times: 6, when: request => request.Operation == "PUT" && IsExport(request)));

    [Theory]
    [InlineData("orders.csv")]
    [InlineData("shipment_deliveries.csv")]
    public async Task A_body_cut_in_the_middle_is_never_taken_for_a_whole_one(string file)
    {
        var seed = Environment.TickCount;
        var at = new Random(seed).NextInt64(new FileInfo(Path.Combine(undisturbed.Directory, file)).Length);
        output.WriteLine($"seed {seed}, {file} cut after {at} bytes");
        await RunAsync(() => _aws.Faults.CutBody(at, when: Reads(file)));
    }

    [Fact]
    public async Task A_slow_body_is_waited_for() =>
        Assert.Equal(
            1, (await RunAsync(() => _aws.Faults.SlowBody(8_000, TimeSpan.FromMilliseconds(50), when: Reads("orders.csv")))).Attempts);

    [Fact]
    public async Task An_object_overwritten_between_its_event_and_its_reading_is_loaded_as_it_was_told_of()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        var rig = run.Rig;
        await undisturbed.DropAsync(run);
        _aws.Faults.Hold(rig.Aws.QueueName);
        await rig.DropRequiredAsync(undisturbed.Directory, (_, text) => text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)]);
        await using (var worker = WorkerProcess.Start(rig.Environment))
        {
            await run.EndAsync(worker);
        }

        _aws.Faults.ReleaseReversed(rig.Aws.QueueName);
        await using var second = WorkerProcess.Start(rig.Environment);
        Assert.Equal("held", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
    }

    [Fact]
    public async Task Of_an_object_overwritten_before_its_set_is_whole_the_newer_version_is_loaded()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        var rig = run.Rig;
        await rig.Aws.DropAsync("orders_data/orders.csv", new MemoryStream("order_id\n"u8.ToArray()), rig.Token);
        await undisturbed.DropAsync(run);
        await using var worker = WorkerProcess.Start(rig.Environment);

        Assert.Equal("superseded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        Assert.Equal((await undisturbed.OutcomeAsync()).Tables, await RunOutcome.TablesAsync(rig));
        Assert.Equal("loaded superseded", await rig.QueryAsync<string>(
            "select string_agg(disposition, ' ' order by id desc) from etl.drop where feed = 'orders'"));
    }

    [Fact]
    public async Task Parts_that_cannot_be_given_up_do_not_hide_why_they_had_to_be()
    {
        using var account = new AwsAccount(_aws.Endpoint);
        await account.CreateAsync(TestContext.Current.CancellationToken);
        _aws.Faults.Fail(
            AwsService.S3, status: 403, code: "AccessDenied",
            when: request => request.Operation == "PUT" && request.Target.Contains("partNumber=2", StringComparison.Ordinal));
        _aws.Faults.Fail(AwsService.S3, status: 404, code: "NoSuchUpload", when: request => request.Operation == "DELETE");

        var fault = await Assert.ThrowsAsync<FaultException>(() => new S3Destination(account.S3, account.Bucket).PutAsync(
            "large.csv", "text/csv", new MemoryStream(new byte[11 << 20]), TestContext.Current.CancellationToken));
        Assert.Equal("access denied (AccessDenied)", fault.Fault.Cause);
    }

    private static Func<AwsRequest, bool> Reads(string file) =>
        request => request.Operation == "GET" && request.Target.Contains($"orders_data/{file}", StringComparison.Ordinal);

    private static bool IsExport(AwsRequest request) => request.Target.Contains("analytics_export/", StringComparison.Ordinal);

    private async Task<RunOutcome> RunAsync(Action disturb)
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var worker = await run.Rig.StartAsync();
        disturb();
        await undisturbed.DropAsync(run);
        var outcome = await run.EndAsync(worker);
        Assert.Equal((1, ""), (outcome.Told, outcome.Unended));
        return outcome;
    }
}
