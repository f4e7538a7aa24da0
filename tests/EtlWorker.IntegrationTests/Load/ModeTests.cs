using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

public sealed class ModeTests(PostgresServer postgres)
{
    private static readonly FeedDefinition Merging = LoadRig.Feed with { Mode = LoadMode.Merge };

    [Fact]
    public async Task Merge_adds_and_replaces_and_of_one_key_the_last_row_counts()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, note text, kept text default 'd'");
        await rig.ExecuteAsync("insert into public.feed values (1, 'former', 'k'), (2, 'former', 'k')");

        var loaded = await rig.LoadAsync("id,note\n1,a\n3,b\n1,c\n", Merging);

        Assert.False(loaded.WasRowByRow);
        Assert.Equal((3L, 3L), (loaded.Result.RowsRead, loaded.Result.RowsLoaded));
        Assert.Equal(
            ["{\"id\":1,\"note\":\"c\","
                + "\"kept\":\"k\"}", "{\"id\":2,\"note\":\"former\",\"kept\":\"k\"}", "{\"id\":3,\"note\":\"b\",\"kept\":\"d\"}"],
            await rig.RowsAsync());
    }

    [Fact]
    public async Task A_merged_row_that_the_table_refuses_is_named_and_the_others_merge()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, price int check (price > 0), code text unique");
        await rig.ExecuteAsync("insert into public.feed values (1, 1, 'a'), (2, 1, 'b')");

        var loaded = await rig.LoadAsync("id,price,code\n1,5,a\n2,-1,b\n3,4,a\n1,6,a\n4,1,d\n", Merging);

        Assert.True(loaded.WasRowByRow);
        Assert.Equal(["3 price constraint", "4 duplicate_key"], loaded.Rejects);
        Assert.Equal(
            ["{\"id\":1,\"price\":6,\"code\":\"a\"}", "{\"id\":2,\"price\":1,\"code\":\"b\"}", "{\"id\":4,\"price\":1,\"code\":\"d\"}"],
            await rig.RowsAsync());
        Assert.Equal((5L, 3L, 2L), (loaded.Result.RowsRead, loaded.Result.RowsLoaded, loaded.Result.RowsRejected));
    }

    [Theory]
    [InlineData("id int, note text", "the table public.feed has no primary key")]
    [InlineData("no int primary key, id int, note text", "the file lacks a column of the primary key of public.feed (no)")]
    public async Task A_feed_that_merges_needs_the_key(string columns, string fault)
    {
        await using var rig = await LoadRig.CreateAsync(
            postgres, columns.Replace("no int primary key", "no int default 1 primary key", StringComparison.Ordinal));

        var failed = await Assert.ThrowsAsync<RunFailedException>(() => rig.LoadAsync("id,note\n1,a\n", Merging));

        Assert.StartsWith(fault, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_adds_and_replace_replaces()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int");

        await rig.LoadAsync("id\n1\n");
        await rig.LoadAsync("id\n2\n");
        await rig.LoadAsync("id\n3\n", LoadRig.Feed with { Mode = LoadMode.Append });

        Assert.Equal(["{\"id\":2}", "{\"id\":3}"], await rig.RowsAsync());
    }
}
