using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>A snapshot that comes as several files, through the real binary and the real ledger.</summary>
public sealed class PartsTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Three_parts_load_together_a_retry_loads_all_of_them_again_and_one_too_many_fails_it()
    {
        await using var rig = await CreateRigAsync("{}", """ "parts": "all", "count": 3""");
        await using var worker = await rig.StartAsync();
        await DropPartsAsync(rig, "1,a\n2,a\n", "3,b\n", "4,c\n5,c\n6,c\n");

        var first = await rig.NotifiedAsync("succeeded");
        Assert.Equal("orders loaded, orders loaded, orders loaded", await rig.DropsAsync());
        Assert.Equal(6, await rig.RowsAsync("orders"));

        await rig.DropAsync("in/orders_2.csv", "id,note\n3,corrected\n7,corrected\n");
        await rig.NotifiedAsync("held");
        Assert.Equal(0, (await rig.CommandAsync("retry", first.Attributes["run_date"], "--reason", "corrected")).Exit);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 a, 2 a, 3 corrected, 4 c, 5 c, 6 c, 7 corrected", await NotesAsync(rig));

        await rig.DropAsync("in/orders_4.csv", "id,note\n8,d\n");
        await rig.NotifiedAsync("held");
        Assert.Equal(0, (await rig.CommandAsync("retry", first.Attributes["run_date"], "--reason", "one more")).Exit);
        var failed = await rig.NotifiedAsync("failed");
        Assert.Contains("feed orders has 4 files for", failed.Body, StringComparison.Ordinal);
        var extra = await rig.QueryAsync<long>("select id from etl.drop where key = 'in/orders_4.csv'");
        Assert.Contains($"in/orders_4.csv (drop {extra})", failed.Body, StringComparison.Ordinal);
        Assert.Contains($"`etlworker discard {extra} --pipeline retail --reason \"...\"`", failed.Body, StringComparison.Ordinal);
        Assert.Equal(7, await rig.RowsAsync("orders"));
        Assert.Equal(0, (await rig.CommandAsync("discard", $"{extra}", "--reason", "a copy")).Exit);
        Assert.Equal(0, (await rig.CommandAsync("retry", first.Attributes["run_date"], "--reason", "without it")).Exit);
        await rig.NotifiedAsync("succeeded");
    }

    [Fact]
    public async Task A_key_that_another_part_has_is_named_by_file_and_line()
    {
        await using var rig = await CreateRigAsync("{}", """ "parts": "all", "count": 3, "rejects": { "max": 10, "maxPercent": 100 }""");
        await using var worker = await rig.StartAsync();
        await DropPartsAsync(rig, "1,a\n2,a\nx,a\n3,a\n", "4,b\n4,again\n3,b\n", "5,c\n4,c\n2,c\n");

        var told = await rig.NotifiedAsync("succeeded");

        Assert.Equal("1 a, 2 a, 3 a, 4 b, 5 c", await NotesAsync(rig));
        Assert.Contains("  in/orders_1.csv", told.Body, StringComparison.Ordinal);
        Assert.Contains("- orders, in/orders_3.csv, line 3, column id: ", told.Body, StringComparison.Ordinal);
        var reasons = await rig.QueryAsync<string>(
            """
            select string_agg(split_part(source.key, '/', 2) || ':' || line_number || ' ' || split_part(reject.reason, ' (', 1), '; '
                order by source.key, line_number)
            from etl.reject join etl.drop as source on source.id = reject.drop_id where code = 'duplicate_key'
            """);
        Assert.Equal(
            "orders_2.csv:3 line 2 has the same id; orders_2.csv:4 line 5 of in/orders_1.csv has the same id; "
            + "orders_3.csv:3 line 2 of in/orders_2.csv has the same id; orders_3.csv:4 line 3 of in/orders_1.csv has the same id",
            reasons);
    }

    [Theory]
    [InlineData(""" "minRows": 7""", "the 3 files of feed orders together have 6 good rows; feed orders needs at least 7")]
    [InlineData(
        """ "rejects": { "max": 2, "maxPercent": 100 }""",
        "more than 2 rows of its 3 files were refused, and the load stopped there: 9 rows had been read")]
    [InlineData(""" "rejects": { "max": 9, "maxPercent": 33 }""", "3 of the 9 rows read of its 3 files were refused, more than 33 %")]
    public async Task Limits_are_judged_over_the_sum_of_the_parts(string limit, string cause)
    {
        await using var rig = await CreateRigAsync("{}", $""" "parts": "all", "count": 3,{limit}""");
        await using var worker = await rig.StartAsync();
        if (limit.Contains("minRows", StringComparison.Ordinal))
            await DropPartsAsync(rig, "1,a\n2,a\n", "3,b\n4,b\n", "5,c\n6,c\n");
        else
            await DropPartsAsync(rig, "1,a\n2,a\nx,a\n", "3,b\n4,b\nx,b\n", "5,c\n6,c\nx,c\n");

        Assert.Contains(cause, (await rig.NotifiedAsync("failed")).Body, StringComparison.Ordinal);
        Assert.Equal(0, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task A_part_smaller_than_a_limit_is_no_fault_where_the_sum_is_not_and_the_sum_is_compared_with_the_last_runs()
    {
        await using var rig = await CreateRigAsync("{}", """ "parts": "all", "count": 2, "minRows": 4, "maxShrinkPercent": 20""");
        await using var worker = await rig.StartAsync();
        await DropPartsAsync(rig, "1,a\n", "2,b\n3,b\n4,b\n5,b\n");
        await rig.NotifiedAsync("succeeded");
        _clock.Shift = SmallPipeline.OneDay;
        await DropPartsAsync(rig, "1,a\n2,a\n3,a\n", "4,b\n");
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(4, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task A_change_of_one_part_loads_the_others_again_as_they_were()
    {
        await using var rig = await CreateRigAsync("""{ "when": "change", "settle": "00:01" }""", """ "parts": "all" """);
        _clock.Shift = TimeSpan.FromHours(-26);
        await DropPartsAsync(rig, "1,a\n2,a\n", "3,b\n");
        await using var worker = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
        _clock.Shift = TimeSpan.FromHours(-1);

        await rig.DropAsync("in/orders_2.csv", "id,note\n3,changed\n4,changed\n");

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 a, 2 a, 3 changed, 4 changed", await NotesAsync(rig));
    }

    private static async Task DropPartsAsync(Rig rig, params string[] rows)
    {
        for (var number = 1; number <= rows.Length; number++)
            await rig.DropAsync($"in/orders_{number}.csv", $"id,note\n{rows[number - 1]}");
    }

    private static Task<string> NotesAsync(Rig rig) =>
        rig.QueryAsync<string>("select string_agg(id || ' ' || note, ', ' order by id) from public.orders");

    private async Task<Rig> CreateRigAsync(string trigger, string parts)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync(trigger, $"orders {parts}");
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/orders_*.csv");
        return rig;
    }
}
