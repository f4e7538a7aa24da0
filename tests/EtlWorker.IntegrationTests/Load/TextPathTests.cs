using EtlWorker.Domain.Pipelines;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Types that only the server can parse: their table goes to it as text.</summary>
public sealed class TextPathTests(PostgresServer postgres)
{
    private const string Types = "create type public.mood as enum ('sad', 'ok'); "
        + "create domain public.posint as int check (value > 0); create domain public.short as varchar(3)";

    [Fact]
    public async Task Arrays_enums_domains_and_ranges_load_and_what_surrounds_them_stays_checked()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(Types);
        await rig.ExecuteAsync(
            "create table public.feed (id int, moods public.mood[], mood public.mood, many public.posint, span int4range, note text)");

        var loaded = await rig.LoadAsync(
            "id,moods,mood,many,span,note\n1,\"{sad,ok}\",ok,7,\"[1,5)\",\"a\tb\\\\N \r\nc\"\n"
                + "2,,,,,\nx,{},ok,1,empty,\\N\n3,{},ok,1,empty,\\.\n");

        Assert.False(loaded.WasRowByRow);
        Assert.Equal(["5 id integer"], loaded.Rejects);
        Assert.Equal(
            [
                """{"id":1,"moods":["sad","ok"],"mood":"ok","many":7,"span":"[1,5)","note":"a\tb\\\\N \r\nc"}""",
                """{"id":2,"moods":null,"mood":null,"many":null,"span":null,"note":null}""",
                """{"id":3,"moods":[],"mood":"ok","many":1,"span":"empty","note":"\\."}""",
            ],
            await rig.RowsAsync());
    }

    [Fact]
    public async Task A_value_that_the_server_alone_can_refuse_costs_its_row()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(Types);
        await rig.ExecuteAsync("create table public.feed (id int, mood public.mood)");

        var loaded = await rig.LoadAsync("id,mood\n1,sad\n2,glad\n3,ok\n4,\"\"\n");

        Assert.True(loaded.WasRowByRow);
        Assert.Equal(["3 mood constraint"], loaded.Rejects);
        Assert.Equal(["not a value of the type mood (SQLSTATE 22P02)"],
            await rig.QueryAsync<string[]>("select array_agg(distinct reason) from etl.reject"));
        Assert.Equal(3, loaded.Result.RowsLoaded);
    }

    [Fact]
    public async Task Of_several_columns_that_the_server_parses_the_one_that_it_refused_is_named()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(Types);
        await rig.ExecuteAsync("create table public.feed (id int, mood public.mood, span int4range, other public.mood)");

        var loaded = await rig.LoadAsync("id,mood,span,other\n1,sad,\"[1,5)\",ok\n2,sad,wide,ok\n3,ok,,glad\n");

        Assert.Equal(["3 span constraint", "4 other constraint"], loaded.Rejects);
        Assert.Equal(
            ["not a value of the type int4range (SQLSTATE 22P02)", "not a value of the type mood (SQLSTATE 22P02)"],
            await rig.QueryAsync<string[]>("select array_agg(reason order by line_number) from etl.reject"));
        Assert.Equal(1, loaded.Result.RowsLoaded);
    }

    [Theory]
    [InlineData("public.short", "abcd", "too_long")]
    [InlineData("varchar(3)[]", "{abcd}", "too_long")]
    [InlineData("public.posint", "-1", "constraint")]
    [InlineData("public.posint", "99999999999", "out_of_range")]
    [InlineData("bit(3)", "10", "constraint")]
    public async Task On_the_careful_path_nothing_is_cut_to_fit(string type, string value, string code)
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(Types);
        await rig.ExecuteAsync($"create table public.feed (id int primary key, value {type})");

        var loaded = await rig.LoadAsync($"id,value\n1,{value}\n2,\n");

        Assert.Equal([$"2 value {code}"], loaded.Rejects);
        Assert.Equal(["{\"id\":2,\"value\":null}"], await rig.RowsAsync());
    }

    [Fact]
    public async Task A_feed_merges_on_a_key_that_the_server_alone_can_parse()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(Types);
        await rig.ExecuteAsync("create table public.feed (mood public.mood primary key, n int); insert into public.feed values ('sad', 1)");

        await rig.LoadAsync("mood,n\nsad,2\nok,3\nsad,4\n", LoadRig.Feed with { Mode = LoadMode.Merge });

        Assert.Equal(["{\"mood\":\"ok\",\"n\":3}", "{\"mood\":\"sad\",\"n\":4}"], await rig.RowsAsync());
    }
}
