using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>What readers of a table see while its rows are replaced.</summary>
public sealed class ReplaceByTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string CheckBegins = "create trigger roadblock before insert on etl.run_stage for each row when (new.stage = 'check')";
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("delete", 2L)]
    [InlineData("truncate", null)]
    public async Task Readers_see_the_former_rows_of_a_table_that_is_deleted_from_and_wait_for_one_that_is_truncated(string by, long? seen)
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        rig.Environment["ETLWORKER__RUN__REBUILDINDEXESFROM"] = "0";
        await rig.DefineAsync("{}", $"""orders "replaceBy": "{by}" """);
        await rig.ExecuteAsync("insert into public.orders values (8, 'former'), (9, 'former')");
        await using var roadblock = await Roadblock.RaiseAsync(rig, CheckBegins);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await roadblock.ReachedAsync();

        Assert.Equal(seen, await ReadAsync(rig));

        await roadblock.LiftAsync();
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(3, await rig.RowsAsync("orders"));
        Assert.Equal(
            by == "delete" ? "in place: its rows were deleted one by one" : "rebuilt",
            await rig.QueryAsync<string>("select indexes from etl.run_feed"));
    }

    /// <summary>One that is truncated may refer to one that is deleted from; the other way both are deleted from.</summary>
    [Theory]
    [InlineData("truncate", "delete", "rebuilt")]
    [InlineData("delete", "truncate", "in place: its rows were deleted one by one")]
    public async Task Tables_that_refer_to_each_other_are_emptied_in_an_order_that_works(string children, string parents, string way)
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        rig.Environment["ETLWORKER__RUN__REBUILDINDEXESFROM"] = "0";
        await rig.DefineAsync("{}", $"""parents "replaceBy": "{parents}" """, $"""children "replaceBy": "{children}" """);
        await rig.ExecuteAsync(
            """
            insert into public.parents values (1, 'former'), (2, 'former');
            insert into public.children values (2, 'former');
            alter table public.children add foreign key (id) references public.parents
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("parents", 3);
        await rig.DropRowsAsync("children", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal((3L, 3L), (await rig.RowsAsync("parents"), await rig.RowsAsync("children")));
        Assert.Equal(way, await rig.QueryAsync<string>("select indexes from etl.run_feed where feed = 'children'"));
    }

    /// <summary>They would be there twice.</summary>
    [Theory]
    [InlineData("create trigger keep before delete on public.orders for each row execute function public.keep()")]
    [InlineData("create rule keep as on delete to public.orders do instead nothing")]
    public async Task Rows_that_a_trigger_or_a_rule_keeps_fail_the_run(string keep)
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", """orders "replaceBy": "delete" """);
        await rig.ExecuteAsync(
            $"""
            insert into public.orders values (8, 'former'), (9, 'former');
            create function public.keep() returns trigger language plpgsql as 'begin return null; end';
            {keep}
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        var told = await rig.NotifiedAsync("failed");

        Assert.Contains("public.orders still has rows after DELETE: a trigger or a rule", told.Body, StringComparison.Ordinal);
        Assert.Equal(2, await rig.RowsAsync("orders"));
    }

    /// <returns>How many rows a reader sees who does not wait; null where it would have to.</returns>
    private static async Task<long?> ReadAsync(Rig rig)
    {
        await using var reader = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token);
        await using var count = new NpgsqlCommand("set lock_timeout = '1ms'; select count(*) from public.orders", reader);
        try
        {
            return (long?)await count.ExecuteScalarAsync(rig.Token);
        }
        catch (PostgresException waiting) when (waiting.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
    }
}
