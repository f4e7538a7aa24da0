using System.Text.Json.Nodes;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// A pipeline of a few feeds of one column, each with a table of its name, and one analysis: for what is about drops and days.
/// </summary>
internal static class SmallPipeline
{
    /// <summary>How long ago the drops of a day that is over land, so that a test needs no midnight.</summary>
    public static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    /// <param name="rig">Whose definition and database become small.</param>
    /// <param name="trigger">The trigger's JSON.</param>
    /// <param name="feeds">Names; each may be followed by more JSON properties: <c>events "mode": "append"</c>.</param>
    public static async Task DefineAsync(this Rig rig, string trigger, params string[] feeds)
    {
        var entries = new JsonArray();
        foreach (var feed in feeds)
        {
            var (name, more) = feed.Split(' ', 2) is [var first, var rest] ? (first, rest) : (feed, "");
            await rig.ExecuteAsync($"create table public.{name} (id int primary key, note text)");
            entries.Add(JsonNode.Parse($$"""
                {
                  "name": "{{name}}", "object": "in/{{name}}.csv", "table": "public.{{name}}"{{(more.Length == 0 ? "" : ", " + more)}}
                }
                """));
        }

        await rig.ExecuteAsync("create table public.counted (ingestion_date date primary key, n bigint not null)");
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        await rig.WriteAsync("counted.sql", $"select count(*) as n from public.{feeds[0].Split(' ')[0]}");
        rig.Define(pipeline =>
        {
            // Its tables are made here.
            pipeline.Remove("migrations");
            pipeline["timeZone"] = "UTC";
            pipeline["trigger"] = JsonNode.Parse(trigger);
            pipeline["feeds"] = entries;
            pipeline["checks"] = new JsonArray();
            pipeline["analyses"] = JsonNode.Parse(
                """
                [{
                  "name": "counted", "sql": "counted.sql", "table": "public.counted",
                  "export": ["out/counted.csv", "out/{run_date}/counted.csv"]
                }]
                """);
        });
    }

    /// <summary>Drops a file of rows 1 to n.</summary>
    public static Task DropRowsAsync(this Rig rig, string feed, int rows, string note = "x") =>
        rig.DropAsync($"in/{feed}.csv", $"id,note\n{string.Concat(Enumerable.Range(1, rows).Select(id => $"{id},{note}\n"))}");

    /// <summary>Each feed's drops in the order in which the ledger received them: S3 gives an object's time in whole seconds, its events in
    /// milliseconds, so by time a version found by HEAD may stand before the one that it replaced.</summary>
    public static Task<string> DropsAsync(this Rig rig) => rig.QueryAsync<string>(
        "select coalesce(string_agg(feed || ' ' || disposition, ', ' order by feed, id), '') from etl.drop where feed is not null");

    public static Task<long> RowsAsync(this Rig rig, string feed) => rig.QueryAsync<long>($"select count(*) from public.{feed}");
}
