using System.Text.Json.Nodes;
using EtlWorker.Definitions;
using EtlWorker.Gate;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>A deadline while neither the queue nor the bucket can say what has arrived.</summary>
public sealed class DeadlineWithoutNewsTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Deadline = new(2026, 11, 26, 18, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Deadline - TimeSpan.FromHours(1));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_told_half_an_hour_later_by_whoever_looks_first()
    {
        await using var database = new Database(new DatabaseOptions(await postgres.CreateMigratedDatabaseAsync(Stop), null));
        await using var session = await new PostgresLedger(database, _time).OpenLockableAsync(Stop);
        var watermark = new QueueWatermark(_time);
        watermark.AdvanceByListing(_time.GetUtcNow());
        var (one, other) = (DeadlinesOf(database, watermark), DeadlinesOf(database, watermark));
        // From now on it is watched; and nobody hears anything any more.
        await one.WarnAsync(session, Stop);
        _time.SetUtcNow(Deadline + TimeSpan.FromMinutes(29));
        await one.WarnAsync(session, Stop);
        Assert.Equal("", await LateAsync(session.Connection));

        _time.SetUtcNow(Deadline + TimeSpan.FromMinutes(31));
        await other.WarnAsync(session, Stop);
        await one.WarnAsync(session, Stop);

        Assert.Contains(
            "This worker could ask neither the queue nor the bucket what has arrived", await LateAsync(session.Connection),
            StringComparison.Ordinal);
        Assert.Single((await LateAsync(session.Connection)).Split("has no run by its deadline")[1..]);
    }

    [Fact]
    public async Task While_the_queue_tells_what_arrived_it_is_judged_by_that()
    {
        await using var database = new Database(new DatabaseOptions(await postgres.CreateMigratedDatabaseAsync(Stop), null));
        await using var session = await new PostgresLedger(database, _time).OpenLockableAsync(Stop);
        var watermark = new QueueWatermark(_time);
        var gate = DeadlinesOf(database, watermark);
        watermark.AdvanceByListing(_time.GetUtcNow());
        await gate.WarnAsync(session, Stop);
        _time.SetUtcNow(Deadline + TimeSpan.FromMinutes(2));
        watermark.AdvanceByListing(Deadline + TimeSpan.FromMinutes(1));
        await gate.WarnAsync(session, Stop);

        Assert.Contains("Nothing has arrived for it.", await LateAsync(session.Connection), StringComparison.Ordinal);
    }

    private static LoadedDefinition Definition()
    {
        var directory = Directory.CreateTempSubdirectory("etlworker-deadline-");
        try
        {
            var path = Path.Combine(directory.FullName, "pipeline.json");
            var document = JsonNode.Parse(
                """
                { "name": "small", "timeZone": "UTC", "trigger": { "deadline": "18:00" },
                  "feeds": [{ "name": "orders", "object": "in/orders.csv", "table": "staging.orders" }] }
                """)!;
            File.WriteAllText(path, document.ToJsonString());
            return DefinitionFile.Read(path);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> LateAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "select coalesce(string_agg(body, ''), '') from etl.notification where kind = 'late'", connection);
        return (string)(await command.ExecuteScalarAsync(Stop))!;
    }

    private MissedDeadlines DeadlinesOf(Database database, QueueWatermark watermark) =>
        new(new Pipeline(Definition()), new DayQuery(database), watermark, _time, NullLogger<MissedDeadlines>.Instance);
}
