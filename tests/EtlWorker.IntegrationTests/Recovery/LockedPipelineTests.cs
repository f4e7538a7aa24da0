using EtlWorker.Definitions;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger;
using EtlWorker.Notify;
using EtlWorker.Running;
using EtlWorker.Storage;
using EtlWorker.Tests.Notify;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>A pipeline's lock that another session holds: told after ten minutes, unless a worker that is alive is at work.</summary>
public sealed class LockedPipelineTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 3, 0, 0, TimeSpan.Zero));
    private readonly Inbox _inbox = new();
    private string _connectionString = "";
    private Database _database = null!;
    private NpgsqlConnection _holder = null!;
    private ILedgerSession _session = null!;
    private LockedPipeline _locked = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await postgres.CreateMigratedDatabaseAsync(Stop);
        _database = new Database(new DatabaseOptions(_connectionString, null));
        _session = await new PostgresLedger(_database, _time).OpenLockableAsync(Stop);
        _holder = await _database.OpenSessionAsync(Stop);
        Assert.True(await PipelineLock.TryTakeAsync(_holder, _database, "retail", Stop));
        var definition = DefinitionFile.Read(Path.Combine(Repository.RetailDefinition, "pipeline.json"));
        var alert = new StallAlert(_inbox, () => [new Pipeline(definition)], _time, NullLogger<StallAlert>.Instance);
        _locked = new LockedPipeline(alert, new WorkerName("here:1"), _time, NullLogger<LockedPipeline>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _holder.DisposeAsync();
        await _session.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_holder_that_is_no_live_worker_is_named_after_ten_minutes_and_its_end_is_told()
    {
        await WatchAsync(minutes: 9);
        Assert.Empty(_inbox.Received);
        await WatchAsync(minutes: 3);
        var told = Assert.Single(_inbox.Received);
        Assert.Equal("lock_unreachable", told.Kind);
        Assert.Contains("(user postgres, application etlworker", told.Body, StringComparison.Ordinal);
        Assert.Contains("select pg_terminate_backend(", told.Body, StringComparison.Ordinal);

        await _locked.FreeAsync(Stop);
        Assert.Equal("lock_reachable", _inbox.Received[^1].Kind);
    }

    [Theory]
    [InlineData("other:7", "0 seconds", 0)]
    [InlineData("other:7", "5 minutes", 1)]
    [InlineData("here:1", "0 seconds", 1)]
    public async Task A_worker_that_was_seen_lately_and_has_a_run_may_take_its_time(string worker, string seen, int told)
    {
        await using var connection = await PostgresServer.OpenAsync(_connectionString, Stop);
#pragma warning disable CA2100 // SQL of the test's own.
        await using var run = new NpgsqlCommand(
            $"""
            insert into etl.definition (hash, pipeline, document, sql, first_used_at) values ('h', 'retail', '', '[]', now());
            insert into etl.worker (name, pipeline, definition_hash, version, started_at, seen_at)
            values ('{worker}', 'retail', 'h', '', now(), now() - interval '{seen}');
            insert into etl.run (pipeline, run_date, as_of, time_zone, origin, state, attempt, definition_hash, worker, claimed_at)
            values ('retail', '2026-11-26', '2026-11-26', 'UTC', 'event', 'claimed', 1, 'h', '{worker}', now())
            """, connection);
#pragma warning restore CA2100
        await run.ExecuteNonQueryAsync(Stop);

        await WatchAsync(minutes: 15);

        Assert.Equal(told, _inbox.Received.Count);
    }

    private async Task WatchAsync(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            await _locked.WatchAsync(_session, "retail", Stop);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
