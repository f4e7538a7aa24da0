using EtlWorker.Domain.Runs;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Tables that a snapshot's table is referred to from: their rows are never deleted or changed by a load.</summary>
public sealed class ReferringKeyTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("cascade", "CASCADE", "delete")]
    [InlineData("set null", "SET NULL", "change")]
    [InlineData("set default", "SET DEFAULT", "change")]
    public async Task A_key_whose_action_would_touch_the_other_table_s_rows_is_refused_by_name(string action, string told, string verb)
    {
        await using var rig = await RigAsync(
            $"create table public.note (id int, feed int default 1 constraint note_feed_fk references public.feed on delete {action})");

        var refused = await Assert.ThrowsAsync<RunFailedException>(() => rig.LoadAsync("id,v\n1,b\n"));

        Assert.Equal(
            $"the foreign key note_feed_fk of public.note refers to public.feed with ON DELETE {told}: to replace the rows of public.feed "
            + $"would {verb} rows of public.note",
            refused.Message);
        Assert.Contains($"Make note_feed_fk again without ON DELETE {told}", refused.Fault.Remedy, StringComparison.Ordinal);
        Assert.False(refused.IsOfFile);
        Assert.Equal("7 1", await rig.QueryAsync<string>("select concat_ws(' ', id, feed) from public.note"));
        Assert.Equal(["{\"id\":1,\"v\":\"a\"}"], await rig.RowsAsync());
    }

    [Fact]
    public async Task A_key_without_an_action_lets_the_rows_be_replaced_at_the_end_of_the_run()
    {
        await using var rig = await RigAsync(
            "create table public.note (id int, feed int references public.feed deferrable initially deferred)");

        await rig.LoadAsync("id,v\n1,b\n2,c\n");

        Assert.Equal("7 1", await rig.QueryAsync<string>("select concat_ws(' ', id, feed) from public.note"));
        Assert.Equal(["{\"id\":1,\"v\":\"b\"}", "{\"id\":2,\"v\":\"c\"}"], await rig.RowsAsync());
    }

    [Theory]
    [InlineData("partition of public.feed for values from (0) to (10)", "partition by range (id)", "public.feed")]
    [InlineData("inherits (public.feed)", "", "public.feed_part")]
    public async Task A_key_that_refers_to_a_part_of_the_table_is_refused_as_well(string part, string partitioned, string referred)
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync($"create table public.feed (id int primary key, v text) {partitioned}");
        await rig.ExecuteAsync(part.StartsWith("inherits", StringComparison.Ordinal)
            ? $"create table public.feed_part (primary key (id)) {part}"
            : $"create table public.feed_part {part}");
        await rig.ExecuteAsync("insert into public.feed_part (id, v) values (1, 'a')");
        await rig.ExecuteAsync($"create table public.note (id int, feed int references {referred} on delete cascade)");
        await rig.ExecuteAsync("insert into public.note values (7, 1)");

        var refused = await Assert.ThrowsAsync<RunFailedException>(() => rig.LoadAsync("id,v\n1,b\n"));

        Assert.Contains("the foreign key note_feed_fkey of public.note refers to public.feed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from public.note"));
    }

    [Fact]
    public async Task A_table_that_refers_to_itself_with_an_action_is_emptied()
    {
        await using var rig = await LoadRig.CreateAsync(
            postgres, "id int primary key, v text, parent int references public.feed on delete cascade");
        await rig.ExecuteAsync("insert into public.feed values (1, 'a', null), (2, 'a', 1)");

        await rig.LoadAsync("id,v,parent\n1,b,\n");

        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from public.feed"));
    }

    private async Task<LoadRig> RigAsync(string referring)
    {
        var rig = await LoadRig.CreateAsync(postgres, "id int primary key, v text");
        await rig.ExecuteAsync($"insert into public.feed values (1, 'a'); {referring}; insert into public.note values (7, 1)");
        return rig;
    }
}
