using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>A database on the worker's own machine, reached without TCP.</summary>
public sealed class UnixSocketTests : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new() { HasSockets = true };
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Through_a_Unix_socket_the_database_is_migrated_loaded_and_a_date_made_again(bool isAbstract)
    {
        await using var rig = await Rig.CreateEmptyAsync(_postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
            new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Host = _postgres.SocketHost(isAbstract) }.ConnectionString;
        await rig.MigrateAsync();
        await rig.DefineAsync("{}", "orders");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");

        var (exit, said) = await rig.CommandAsync(
            "retry", await rig.QueryAsync<string>("select run_date::text from etl.run"), "--reason", "again");

        Assert.True(exit == 0, said);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(0, await rig.QueryAsync<long>(
            "select count(*) from pg_stat_activity where application_name = 'etlworker' and client_addr is not null"));
    }
}
