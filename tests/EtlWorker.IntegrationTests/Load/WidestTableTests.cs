using System.Globalization;
using EtlWorker.Domain.Pipelines;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>A table of as many columns as PostgreSQL allows: where rows wait, there are two columns more.</summary>
public sealed class WidestTableTests(PostgresServer postgres)
{
    public static TheoryData<int> Widths => [1_597, 1_598, 1_599, 1_600];

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Rows_that_the_table_refuses_are_named_and_the_others_load(int columns)
    {
        await using var rig = await CreateAsync(columns);
        var rows = new[]
        {
            Row(columns, "1", "a", "1", "ok"),
            Row(columns, "1", "twice", "1", "ok"),
            Row(columns, "2", "no mood", "1", "hungry"),
            Row(columns, "3", "below nought", "-1", "ok"),
            Row(columns, "4", "", "1", ""),
            Row(columns, "5", "b", "x", "sad"),
            Row(columns, "6", "c", "2", "sad"),
        };

        var loaded = await rig.LoadAsync(Csv(columns, rows));

        Assert.True(loaded.WasRowByRow);
        Assert.Equal(
            ["3 id duplicate_key", "4 mood constraint", "5  constraint", "7 amount integer"],
            loaded.Rejects.Select(reject => reject.Replace("5 amount", "5 ", StringComparison.Ordinal)));
        Assert.Equal("1:a:1:ok:7 4::1::7 6:c:2:sad:7", await RowsAsync(rig));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Rows_merge_by_a_key_of_the_first_or_of_the_last_columns(int columns)
    {
        await using var rig = await CreateAsync(columns);
        var feed = LoadRig.Feed with { Mode = LoadMode.Merge };
        await rig.LoadAsync(Csv(columns, Row(columns, "1", "a", "1", "ok"), Row(columns, "2", "b", "1", "ok")), feed);
        await rig.LoadAsync(
            Csv(columns, Row(columns, "2", "c", "2", "sad"), Row(columns, "3", "d", "3", ""), Row(columns, "3", "e", "4", "ok")), feed);
        Assert.Equal("1:a:1:ok:7 2:c:2:sad:7 3:e:4:ok:7", await RowsAsync(rig));

        await rig.ExecuteAsync("alter table public.feed drop constraint feed_pkey, add primary key (note)");
        await rig.LoadAsync(Csv(columns, Row(columns, "9", "a", "9", "sad")), feed);

        Assert.Equal("2:c:2:sad:7 3:e:4:ok:7 9:a:9:sad:7", await RowsAsync(rig));
    }

    private static Task<string> RowsAsync(LoadRig rig) => rig.QueryAsync<string>(
        """
        select string_agg(concat_ws(':', id, coalesce(note, ''), amount, coalesce(mood::text, ''), c7), ' ' order by id) from public.feed
        """);

    /// <summary>The last ones have a domain, a type that the server alone parses, and a text.</summary>
    private async Task<LoadRig> CreateAsync(int columns)
    {
        var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync("create type public.mood as enum ('sad', 'ok'); create domain public.amount as int check (value >= 0)");
        var middle = string.Concat(Middle(columns).Select(name => $"{name} smallint, "));
        await rig.ExecuteAsync(
            $"create table public.feed (id int primary key, {middle} amount public.amount, mood public.mood, note text)");
        return rig;
    }

    private static IEnumerable<string> Middle(int columns) =>
        Enumerable.Range(1, columns - 4).Select(number => string.Create(CultureInfo.InvariantCulture, $"c{number}"));

    private static string Row(int columns, string id, string note, string amount, string mood) =>
        $"{id},{string.Concat(Enumerable.Repeat("7,", columns - 4))}{amount},{mood},{note}\n";

    private static string Csv(int columns, params string[] rows) =>
        $"id,{string.Join(',', Middle(columns))},amount,mood,note\n{string.Concat(rows)}";
}
