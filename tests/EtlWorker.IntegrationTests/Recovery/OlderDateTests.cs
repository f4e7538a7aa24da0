using System.Globalization;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>A date made again after a later one has been loaded.</summary>
public sealed class OlderDateTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_retry_of_an_older_date_writes_its_answers_and_leaves_staging_and_undated_results_as_they_were()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        var date = (await rig.NotifiedAsync("failed")).Attributes["run_date"];
        await rig.DropRowsAsync("orders", 7);
        await rig.NotifiedAsync("held");
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 3, "newest");
        var next = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];
        var staging = await rig.CsvAsync("select * from public.orders order by id");

        var (exit, said) = await rig.CommandAsync("retry", date, "--reason", "header corrected");

        Assert.True(exit == 0, said);
        var told = await rig.NotifiedAsync("succeeded");
        Assert.Equal(date, told.Attributes["run_date"]);
        Assert.Contains($"{next} has been loaded since: staging keeps its rows", told.Body, StringComparison.Ordinal);
        Assert.Equal(staging, await rig.CsvAsync("select * from public.orders order by id"));
        Assert.Equal($"{date} 7, {next} 3", await rig.QueryAsync<string>(
            "select string_agg(ingestion_date || ' ' || n, ', ' order by ingestion_date) from public.counted"));
        Assert.Equal($"ingestion_date,n\n{next},3\n", await rig.Aws.ReadAsync("out/counted.csv", rig.Token));
        Assert.Equal($"ingestion_date,n\n{date},7\n", await rig.Aws.ReadAsync($"out/{date}/counted.csv", rig.Token));
        Assert.DoesNotContain("s3://" + rig.Aws.Bucket + "/out/counted.csv", told.Body, StringComparison.Ordinal);
        Assert.True(DateOnly.Parse(date, CultureInfo.InvariantCulture) < DateOnly.Parse(next, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_retry_of_an_older_date_leaves_an_optional_file_that_waits_to_the_next_run()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders", """products "required": false""");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        var date = (await rig.NotifiedAsync("failed")).Attributes["run_date"];
        await rig.DropRowsAsync("orders", 4);
        await rig.NotifiedAsync("held");
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");
        await rig.DropRowsAsync("products", 5);
        await rig.UntilAsync("select exists (select from etl.drop where feed = 'products')");

        var (exit, said) = await rig.CommandAsync("retry", date, "--reason", "header corrected");

        Assert.True(exit == 0, said);
        await rig.NotifiedAsync("succeeded");
        // Staging is the newest date's again: what was loaded into it for the older one would be lost.
        Assert.Equal("pending", await rig.QueryAsync<string>("select disposition from etl.drop where feed = 'products'"));
        _clock.Shift = 2 * SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(5, await rig.RowsAsync("products"));
    }

    [Fact]
    public async Task A_date_that_was_loaded_and_failed_when_it_was_made_again_is_still_the_newest()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 5);
        var date = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 4);
        var next = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        await rig.NotifiedAsync("held");
        Assert.Equal(0, (await rig.CommandAsync("retry", next, "--reason", "corrected")).Exit);
        await rig.NotifiedAsync("failed");
        Assert.Equal(4, await rig.RowsAsync("orders"));

        Assert.Equal(0, (await rig.CommandAsync("retry", date, "--reason", "once more")).Exit);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(4, await rig.RowsAsync("orders"));
        Assert.Equal($"ingestion_date,n\n{next},4\n", await rig.Aws.ReadAsync("out/counted.csv", rig.Token));
    }

    [Fact]
    public async Task An_optional_file_of_an_older_date_that_fails_again_takes_no_newer_ones_place()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders", """products "required": false""");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("products", 2);
        await rig.DropRowsAsync("orders", 3);
        var date = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        await rig.NotifiedAsync("held");
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropRowsAsync("products", 5);
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");

        Assert.Equal(0, (await rig.CommandAsync("retry", date, "--reason", "corrected")).Exit);
        await rig.NotifiedAsync("failed");
        _clock.Shift = 2 * SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");

        Assert.Equal(5, await rig.RowsAsync("products"));
    }
}
