using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Constraints that PostgreSQL checks at the commit, over several feeds: through the real binary.</summary>
public sealed class DeferredFeedsTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string ItemsOfOrders =
        "alter table public.items add parent int constraint of_order references public.orders deferrable initially deferred";

    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Children_may_come_before_their_parents()
    {
        await using var rig = await CreateRigAsync(ItemsOfOrders, "items", "orders");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/items.csv", "id,parent\n1,2\n2,1\n3,\n");
        await rig.DropRowsAsync("orders", 2);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("1:2 2:1 3:", await ItemsAsync(rig));
        Assert.Equal("", await RejectsAsync(rig));
    }

    [Fact]
    public async Task A_row_whose_key_a_trigger_of_another_table_has_added_is_refused_as_one_that_is_there_already()
    {
        await using var rig = await CreateRigAsync(
            """
            create function public.noted() returns trigger language plpgsql as
            'begin insert into public.items (id) values (new.id); return new; end';
            create trigger noted after insert on public.orders for each row when (new.id = 2) execute function public.noted()
            """,
            "orders", "items");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropAsync("in/items.csv", "id,note\n1,a\n2,b\n3,c\n");

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("1 2 3", await rig.QueryAsync<string>("select string_agg(id::text, ' ' order by id) from public.items"));
        Assert.Equal(
            "3 id the table has a row with its id already (items_pkey)",
            await rig.QueryAsync<string>("select concat_ws(' ', line_number, column_name, reason) from etl.reject"));
    }

    [Fact]
    public async Task A_child_of_nobody_or_of_a_refused_parent_is_refused_and_no_reject_is_told_twice()
    {
        await using var rig = await CreateRigAsync(ItemsOfOrders, "items", "orders");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/items.csv", "id,parent\n1,1\n2,7\n3,x\n4,2\n4,1\n5,1\n");
        await rig.DropAsync("in/orders.csv", "id,note\n1,a\ny,b\n1,twice\n");

        var told = await rig.NotifiedAsync("succeeded");

        Assert.Equal("1:1 4:1 5:1", await ItemsAsync(rig));
        Assert.Equal(
            "items 3 constraint, items 4 integer, items 5 constraint, orders 3 integer, orders 4 duplicate_key", await RejectsAsync(rig));
        Assert.Contains("of_order", told.Body, StringComparison.Ordinal);
        Assert.Equal(
            "items 6 3 3, orders 3 1 2",
            await rig.QueryAsync<string>(
                """
                select string_agg(concat_ws(' ', feed, rows_read, rows_loaded, rows_rejected), ', ' order by feed) from etl.run_feed
                """));
    }

    [Fact]
    public async Task Grandchildren_of_a_refused_row_are_refused_whatever_the_order_of_the_feeds()
    {
        await using var rig = await CreateRigAsync(
            ItemsOfOrders + "; alter table public.notes add item int references public.items deferrable initially deferred",
            "notes", "items", "orders");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/notes.csv", "id,item\n1,1\n2,2\n3,9\n");
        await rig.DropAsync("in/items.csv", "id,parent\n1,1\n2,5\n");
        // Loaded straight both times.
        await rig.DropAsync("in/orders.csv", "id,note\n1,a\ny,b\n");

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("items 3 constraint, notes 3 constraint, notes 4 constraint, orders 3 integer", await RejectsAsync(rig));
        Assert.Equal(1, await rig.RowsAsync("notes"));
    }

    [Theory]
    [InlineData("1,1\n2,9\n", "1,1\n2,\n", true)]
    [InlineData("1,1\n2,9\n", "1,1\n2,2\n", false)]
    [InlineData("1,1\n2,9\n", "1,1\n2,9\n", false)]
    public async Task In_a_ring_a_row_is_refused_or_the_run_fails_by_the_constraints_names(string a, string b, bool succeeds)
    {
        await using var rig = await CreateRigAsync(
            """
            alter table public.a add other int;
            alter table public.b add other int constraint to_a references public.a deferrable initially deferred;
            alter table public.a add constraint to_b foreign key (other) references public.b deferrable initially deferred
            """,
            "a", "b");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/a.csv", $"id,other\n{a}");
        await rig.DropAsync("in/b.csv", $"id,other\n{b}");

        if (succeeds)
        {
            await rig.NotifiedAsync("succeeded");
            Assert.Equal("a 3 constraint", await RejectsAsync(rig));
            return;
        }

        var failed = await rig.NotifiedAsync("failed");
        Assert.Contains("in a ring", failed.Body, StringComparison.Ordinal);
        Assert.Contains("to_b of public.a", failed.Body, StringComparison.Ordinal);
        Assert.Contains("to_a of public.b", failed.Body, StringComparison.Ordinal);
        Assert.Equal(0, await rig.RowsAsync("a") + await rig.RowsAsync("b"));
    }

    [Fact]
    public async Task Parts_are_loaded_again_as_a_whole()
    {
        await using var rig = await CreateRigAsync(ItemsOfOrders, "items", "orders");
        rig.Define(pipeline =>
        {
            var items = pipeline["feeds"]![0]!;
            (items["object"], items["parts"], items["count"]) = ("in/items_*.csv", "all", 2);
        });
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/items_1.csv", "id,parent\n1,1\n2,8\n");
        await rig.DropAsync("in/items_2.csv", "id,parent\n3,1\n1,1\n4,9\n");
        await rig.DropRowsAsync("orders", 1);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("1:1 3:1", await ItemsAsync(rig));
        Assert.Equal("items 3 constraint, items 3 duplicate_key, items 4 constraint", await RejectsAsync(rig));
    }

    [Fact]
    public async Task A_retry_of_an_older_date_leaves_the_newer_tables_as_they_are()
    {
        await using var rig = await CreateRigAsync(ItemsOfOrders, "items", "orders");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/items.csv", "id,parent\n1,1\n2,9\n");
        await rig.DropRowsAsync("orders", 1);
        var date = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/items.csv", "id,parent\n1,2\n2,1\n3,3\n");
        await rig.DropRowsAsync("orders", 2);
        await rig.NotifiedAsync("succeeded");

        Assert.Equal(0, (await rig.CommandAsync("retry", date, "--reason", "again")).Exit);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1:2 2:1", await ItemsAsync(rig));
        Assert.Equal(2, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task A_table_that_no_feed_fills_and_that_would_be_left_without_its_rows_fails_the_run_by_name()
    {
        await using var rig = await CreateRigAsync(
            "create table public.kept (id int constraint kept_order references public.orders deferrable initially deferred)",
            "orders", "items");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropRowsAsync("items", 1);
        await rig.NotifiedAsync("succeeded");
        await rig.ExecuteAsync("insert into public.kept values (3)");
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 2);
        await rig.DropRowsAsync("items", 1);

        var failed = await rig.NotifiedAsync("failed");

        Assert.Contains("kept_order of public.kept", failed.Body, StringComparison.Ordinal);
        Assert.Equal(3, await rig.RowsAsync("orders"));
    }

    private static Task<string> ItemsAsync(Rig rig) => rig.QueryAsync<string>(
        "select coalesce(string_agg(id || ':' || coalesce(parent::text, ''), ' ' order by id), '') from public.items");

    private static Task<string> RejectsAsync(Rig rig) => rig.QueryAsync<string>(
        """
        select coalesce(string_agg(concat_ws(' ', feed, line_number, code), ', ' order by feed, line_number, code), '')
        from etl.reject where run_id = (select max(id) from etl.run)
        """);

    private async Task<Rig> CreateRigAsync(string ddl, params string[] feeds)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", feeds);
        await rig.ExecuteAsync(ddl);
        rig.Define(pipeline => pipeline["rejects"] = new System.Text.Json.Nodes.JsonObject { ["max"] = 100, ["maxPercent"] = 100 });
        return rig;
    }
}
