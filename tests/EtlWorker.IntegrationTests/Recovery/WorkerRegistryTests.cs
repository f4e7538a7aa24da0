using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>Which worker's definition counts for a pipeline, on the real ledger and by its clock.</summary>
public sealed class WorkerRegistryTests(PostgresServer postgres) : IAsyncLifetime
{
    private string _connectionString = "";
    private Database _database = null!;
    private NpgsqlConnection _connection = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await postgres.CreateMigratedDatabaseAsync(Token);
        _database = new Database(new DatabaseOptions(_connectionString, null));
        _connection = await _database.OpenAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Of_those_alive_the_worker_that_started_last_counts_however_lately_the_others_were_seen()
    {
        Assert.Null(await NewestAsync());
        await RegisterAsync("first:1", "old");
        await RegisterAsync("second:2", "new");
        await AgeAsync("first:1", started: "1 hour", seen: "0");
        await AgeAsync("second:2", started: "1 minute", seen: "20 seconds");

        Assert.Equal(("second:2", "new", true), await NewestAsync());

        await AgeAsync("second:2", started: "3 minutes", seen: "121 seconds");
        Assert.Equal(("first:1", "old", true), await NewestAsync());
    }

    [Fact]
    public async Task Where_none_is_alive_the_worker_that_was_seen_last_counts_and_is_said_to_be_gone()
    {
        await RegisterAsync("first:1", "old");
        await RegisterAsync("second:2", "new");
        await AgeAsync("first:1", started: "2 days", seen: "10 minutes");
        await AgeAsync("second:2", started: "1 day", seen: "20 hours");

        Assert.Equal(("first:1", "old", false), await NewestAsync());
    }

    [Fact]
    public async Task Another_pipeline_s_workers_do_not_count()
    {
        await RegisterAsync("other:1", "other", "wholesale");
        Assert.Null(await NewestAsync());

        await RegisterAsync("old:1", "old");
        await AgeAsync("old:1", started: "90 days", seen: "31 days");
        Assert.Equal(("old:1", "old", false), await NewestAsync());
    }

    [Fact]
    public async Task A_worker_that_was_stopped_is_gone_at_once_until_it_registers_again()
    {
        await RegisterAsync("old:1", "old");
        await RegisterAsync("new:1", "new");
        await Registry("new:1", "new").LeaveAsync(Token);
        Assert.Equal(("old:1", "old", true), await NewestAsync());
        await Registry("old:1", "old").LeaveAsync(Token);
        Assert.Equal(("old:1", "old", false), await NewestAsync());

        await RegisterAsync("old:1", "old");

        Assert.Equal(("old:1", "old", true), await NewestAsync());
    }

    [Fact]
    public async Task A_stop_ends_though_the_database_does_not_answer()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();

        await Registry("new:1", "new").LeaveAsync(given.Token);
    }

    private Task RegisterAsync(string name, string hash, string pipeline = "retail") =>
        Registry(name, hash, pipeline).SeenAsync(_connection, Token);

    private WorkerRegistry Registry(string name, string hash, string pipeline = "retail")
    {
        var served = new Pipeline(new LoadedDefinition(
            new PipelineDefinition { Name = pipeline, TimeZone = "UTC", Feeds = [] }, "{}", new Dictionary<string, string>(), hash));
        return new WorkerRegistry(
            _database, served, new WorkerEntry(new WorkerName(name), "1.0.0"),
            new FormerNames(served, NullLogger<FormerNames>.Instance), new LedgerClock(new FakeTimeProvider()),
            NullLogger<WorkerRegistry>.Instance);
    }

    private async Task<(string Name, string Hash, bool IsAlive)?> NewestAsync() =>
        await WorkerRegistry.NewestAsync(_connection, "retail", Token) is { } worker ? (worker.Name, worker.DefinitionHash,
            worker.IsAlive) : null;

    private Task AgeAsync(string name, string started, string seen) => _connection.ExecuteAsync(
        $"update etl.worker set started_at = now() - interval '{started}', seen_at = now() - interval '{seen}' where name = '{name}'",
            Token);
}
