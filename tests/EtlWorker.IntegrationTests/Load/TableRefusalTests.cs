using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>What the table itself refuses: found only where it happens, each row named, the others loaded.</summary>
public sealed class TableRefusalTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_clean_file_goes_straight_into_its_table()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, price int check (price > 0)");

        var loaded = await rig.LoadAsync("id,price\n1,10\n2,20\n");

        Assert.False(loaded.WasRowByRow);
        Assert.Equal(["{\"id\":1,\"price\":10}", "{\"id\":2,\"price\":20}"], await rig.RowsAsync());
    }

    [Fact]
    public async Task Of_rows_with_one_key_the_first_is_kept_and_the_others_name_its_line()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, note text");

        var loaded = await rig.LoadAsync("id,note\n1,first\n2,x\n1,second\n3,x\n1,third\n3,y\n");

        Assert.True(loaded.WasRowByRow);
        Assert.Equal(["4 id duplicate_key", "6 id duplicate_key", "7 id duplicate_key"], loaded.Rejects);
        Assert.Equal(["{\"id\":1,\"note\":\"first\"}", "{\"id\":2,\"note\":\"x\"}", "{\"id\":3,\"note\":\"x\"}"], await rig.RowsAsync());
        Assert.Equal((6L, 3L, 3L), (loaded.Result.RowsRead, loaded.Result.RowsLoaded, loaded.Result.RowsRejected));
        Assert.Equal(
            "line 2 has the same id (feed_pkey): 1,second",
            await rig.QueryAsync<string>("select reason || ': ' || raw_text from etl.reject where line_number = 4"));
    }

    [Fact]
    public async Task A_row_refused_by_a_check_does_not_take_a_key()
    {
        await using var rig = await LoadRig.CreateAsync(
            postgres, "id int primary key, price int constraint price_is_positive check (price > 0)");

        var loaded = await rig.LoadAsync("id,price\n1,-5\n1,7\n2,0\n");

        Assert.Equal(["2 price constraint", "4 price constraint"], loaded.Rejects);
        Assert.Equal(["{\"id\":1,\"price\":7}"], await rig.RowsAsync());
        Assert.Equal("refused by the check price_is_positive", await rig.QueryAsync<string>("select min(reason) from etl.reject"));
    }

    [Theory]
    [InlineData("id int primary key, mood public.mood constraint good check (mood <> 'sad')", "")]
    [InlineData("id int primary key, mood public.mood", "x not in ('sad', 'nought')")]
    public async Task A_row_refused_by_what_cannot_be_asked_does_not_take_a_key(string table, string taken)
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(
            $"""
            create type public.mood as enum ('sad', 'ok');
            create table public.feed ({table}, note text);
            create function public.judge() returns trigger language plpgsql as
                $$ begin if new.mood = 'sad' then raise 'no'; end if; return new; end $$;
            {(taken.Length > 0 ? "create trigger judge before insert on public.feed for each row execute function public.judge()" : "")}
            """);

        var loaded = await rig.LoadAsync("id,mood,note\n1,sad,a\n1,sad,b\n1,hungry,c\n1,ok,d\n1,ok,e\n2,ok,f\n2,sad,g\n3,sad,h\n");

        Assert.Equal(
            ["2 constraint", "3 constraint", "4 constraint", "6 duplicate_key", "8 duplicate_key", "9 constraint"],
            loaded.Rejects.Select(reject => $"{reject.Split(' ')[0]} {reject.Split(' ')[^1]}"));
        Assert.Equal(
            ["{\"id\":1,\"mood\":\"ok\",\"note\":\"d\"}", "{\"id\":2,\"mood\":\"ok\",\"note\":\"f\"}"], await rig.RowsAsync());
        Assert.Equal(
            "line 5 has the same id (feed_pkey)", await rig.QueryAsync<string>("select reason from etl.reject where line_number = 6"));
    }

    [Fact]
    public async Task Of_many_rows_that_a_trigger_drops_a_thousand_are_named_and_the_others_counted()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int");
        await rig.ExecuteAsync(
            """
            create function public.judge() returns trigger language plpgsql as
                $$ begin if new.id < 1025 then return null; end if; return new; end $$;
            create trigger judge before insert on public.feed for each row execute function public.judge()
            """);

        var loaded = await rig.LoadAsync($"id\n{string.Concat(Enumerable.Range(1, 1_030).Select(id => $"{id}\n"))}");

        Assert.Equal((1_030L, 6L, 1_024L), (loaded.Result.RowsRead, loaded.Result.RowsLoaded, loaded.Result.RowsRejected));
        Assert.Equal(6, await rig.QueryAsync<long>("select count(*) from public.feed"));
        var told = loaded.Rejects.Length;
        Assert.InRange(told, 1_000, 1_023);
        Assert.StartsWith($"feed: {1_024 - told} more row", Assert.Single(loaded.Result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_refused_by_one_key_does_not_take_another()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "a int unique, b text unique");

        var loaded = await rig.LoadAsync("a,b\n0,x\n1,x\n1,y\n1,z\n");

        Assert.Equal(["3 b duplicate_key", "5 a duplicate_key"], loaded.Rejects);
        Assert.Equal(["{\"a\":0,\"b\":\"x\"}", "{\"a\":1,\"b\":\"y\"}"], await rig.RowsAsync());
        Assert.Equal((4L, 2L, 2L), (loaded.Result.RowsRead, loaded.Result.RowsLoaded, loaded.Result.RowsRejected));
    }

    [Fact]
    public async Task A_row_that_refers_to_nothing_is_refused_and_NULL_refers_to_nothing_rightly()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync("create table public.product (id int primary key); insert into public.product values (1), (2)");
        await rig.ExecuteAsync("create table public.feed (id int primary key, product int references public.product)");

        var loaded = await rig.LoadAsync("id,product\n1,1\n2,9\n3,\n4,2\n");

        Assert.Equal(["3 product constraint"], loaded.Rejects);
        Assert.Equal(3, loaded.Result.RowsLoaded);
    }

    [Fact]
    public async Task A_row_may_refer_to_a_later_row_of_its_file_but_not_to_a_refused_one()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, parent int references public.feed");

        var loaded = await rig.LoadAsync("id,parent\n1,2\n2,\n3,4\n4,5\n5,99\n6,6\n");

        Assert.Equal(["4 parent constraint", "5 parent constraint", "6 parent constraint"], loaded.Rejects);
        Assert.Equal(3, loaded.Result.RowsLoaded);
    }

    [Fact]
    public async Task What_stands_in_the_table_already_counts_as_the_first()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, note text");
        await rig.ExecuteAsync("insert into public.feed values (1, 'former')");

        var loaded = await rig.LoadAsync("id,note\n1,new\n2,new\n", LoadRig.Feed with { Mode = LoadMode.Append });

        Assert.Equal(["2 id duplicate_key"], loaded.Rejects);
        Assert.Equal(["{\"id\":1,\"note\":\"former\"}", "{\"id\":2,\"note\":\"new\"}"], await rig.RowsAsync());
    }

    [Fact]
    public async Task Keys_of_several_columns_and_with_NULLs_are_judged_as_the_table_judges_them()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "a int, b text collate \"C\", unique (a, b)");

        var loaded = await rig.LoadAsync("a,b\n1,x\n1,X\n1,x\n1,\n1,\n,x\n,x\n");

        Assert.Equal(["4 a, b duplicate_key"], loaded.Rejects);
        Assert.Equal(6, loaded.Result.RowsLoaded);
    }

    [Theory]
    [InlineData("id int, name text", "create unique index on public.feed (lower(name))", "id,name\n1,a\n2,A\n3,b\n", "3 duplicate_key")]
    [InlineData(
        "id int, name text", "create unique index on public.feed (name) where id > 1", "id,name\n1,a\n2,a\n3,a\n", "4 duplicate_key")]
    [InlineData("id int, name text, exclude (id with =)", "", "id,name\n1,a\n2,a\n1,b\n", "4 constraint")]
    [InlineData("id int, name text", """
        create function public.no_b() returns trigger language plpgsql as
            'begin if new.name = ''b'' then raise exception ''no b''; end if; return new; end';
        create trigger no_b before insert on public.feed for each row execute function public.no_b()
        """, "id,name\n1,a\n2,b\n3,a\n", "3 constraint")]
    [InlineData("id int, name text generated always as ('x') stored, check (10 / id > 1)", "", "id\n1\n0\n2\n", "3 constraint")]
    public async Task What_cannot_be_asked_of_all_rows_is_found_by_halving(string columns, string more, string csv, string reject)
    {
        await using var rig = await LoadRig.CreateAsync(postgres, columns);
        await rig.ExecuteAsync(more.Length == 0 ? "select" : more);

        var loaded = await rig.LoadAsync(csv);

        Assert.Equal([reject], loaded.Rejects);
        Assert.Equal(2, loaded.Result.RowsLoaded);
        Assert.Equal(2L, await rig.QueryAsync<long>("select count(*) from public.feed"));
    }

    [Fact]
    public async Task A_row_that_no_partition_takes_is_refused()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync("create table public.feed (id int, at date) partition by range (at); "
            + "create table public.feed_2026 partition of public.feed for values from ('2026-01-01') to ('2027-01-01')");

        var loaded = await rig.LoadAsync("id,at\n1,2026-02-03\n2,2027-01-01\n3,2026-12-31\n");

        Assert.Equal(["3 constraint"], loaded.Rejects);
        Assert.Equal(2L, await rig.QueryAsync<long>("select count(*) from public.feed_2026"));
    }

    [Fact]
    public async Task A_foreign_key_to_a_table_that_the_login_may_not_read_is_judged_by_the_server()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync("create table public.product (id int primary key); insert into public.product "
            + "values (1); create table public.feed (id int primary key, product int references public.product)");
        var login = $"loader_{Guid.NewGuid():N}";
        await rig.ExecuteAsync($"create role {login}; grant all on public.feed to {login}; "
            + $"grant usage on schema public, etl to {login}; grant all on all tables in schema etl to {login}; set role {login}");

        var loaded = await rig.LoadAsync("id,product\n1,1\n2,9\n", LoadRig.Feed with { Mode = LoadMode.Append });

        Assert.Equal(["3 constraint"], loaded.Rejects);
        await rig.ExecuteAsync($"reset role; drop owned by {login}; drop role {login}");
    }

    [Fact]
    public async Task Bad_fields_and_refused_rows_of_one_file_are_told_once_each()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, price int");

        var loaded = await rig.LoadAsync("id,price\n1,1\nx,1\n1,2\n2,2\n3\n");

        Assert.Equal(["3 id integer", "4 id duplicate_key", "6 column_count"], loaded.Rejects);
        Assert.Equal((5L, 2L, 3L), (loaded.Result.RowsRead, loaded.Result.RowsLoaded, loaded.Result.RowsRejected));
    }

    [Fact]
    public async Task Beyond_the_limit_refused_rows_fail_the_run_and_are_kept()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key");

        var failed = await Assert.ThrowsAsync<RunFailedException>(
            () => rig.LoadAsync("id\n1\n1\n1\n1\n", limit: new RejectLimit { Max = 2, MaxPercent = 100 }));

        Assert.Contains(
            "more than 2 rows were refused, and the load stopped there: 4 rows had been read; the first at line 3, column id: line 2 has",
            failed.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await rig.RejectsAsync()).Length);
        Assert.Empty(await rig.RowsAsync());
    }

    [Fact]
    public async Task Columns_that_the_file_lacks_keep_their_defaults_on_the_careful_path()
    {
        await using var rig = await LoadRig.CreateAsync(
            postgres, "id int primary key, kind text not null default 'plain', twice int generated always as (id * 2) stored");

        await rig.LoadAsync("id\n1\n1\n");

        Assert.Equal(["{\"id\":1,\"kind\":\"plain\",\"twice\":2}"], await rig.RowsAsync());
    }

    [Fact]
    public async Task Many_duplicates_are_found_at_once()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key");

        var loaded = await rig.LoadAsync("id\n" + string.Concat(Enumerable.Range(0, 30_000).Select(number => $"{number % 20_000}\n")));

        Assert.Equal((30_000L, 20_000L, 10_000L), (loaded.Result.RowsRead, loaded.Result.RowsLoaded, loaded.Result.RowsRejected));
        Assert.Equal(10_000, loaded.Rejects.Length);
    }

    [Fact]
    public async Task Each_line_that_a_quote_out_of_place_joins_counts_as_a_row()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int, note text");

        var loaded = await rig.LoadAsync("id,note\n1,\"a\nb\"c\n2,d\n");

        Assert.Equal(["2 quote"], loaded.Rejects);
        Assert.Equal((3L, 1L, 2L), (loaded.Result.RowsRead, loaded.Result.RowsLoaded, loaded.Result.RowsRejected));
    }

    [Fact]
    public async Task Where_NULLs_are_alike_a_NULL_that_stands_in_the_table_counts_as_the_first()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        Assert.SkipWhen(rig.Connection.PostgreSqlVersion.Major < 15, "PostgreSQL 15 brought NULLS NOT DISTINCT");
        await rig.ExecuteAsync(
            "create table public.feed (id int, code text, unique nulls not distinct (code)); insert into public.feed values (1, null)");

        var loaded = await rig.LoadAsync("id,code\n2,\n3,x\n", LoadRig.Feed with { Mode = LoadMode.Append });

        Assert.Equal(["2 code duplicate_key"], loaded.Rejects);
        Assert.Equal(1, loaded.Result.RowsLoaded);
    }
}
