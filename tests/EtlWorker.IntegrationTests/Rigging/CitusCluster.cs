using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// A Citus cluster that a person has started, named by <c>ETLWORKER_TEST_CITUS</c>: <c>host:port</c> of its coordinator and of its
/// other nodes, with commas between them; CONTRIBUTING.md says how. Each test makes a database of its own on all of them.
/// </summary>
internal static class CitusCluster
{
    public const string Variable = "ETLWORKER_TEST_CITUS";

    /// <summary>
    /// What an operator runs once, after <c>migrate</c> and beside <see cref="OneConnectionPerNode"/>; docs/scaling.md says the same.
    /// </summary>
    public static readonly string[] Distribution =
    [
        "select create_distributed_table('staging.orders', 'order_id')",
        "select create_distributed_table('staging.shipment_deliveries', 'shipment_id')",
        "select create_distributed_table('staging.reviews', 'product_id')",
        .. new[] { "dim_dates", "dim_products", "dim_customers", "dim_addresses" }.SelectMany(table => new[]
        {
            $"select create_reference_table('if_common.{table}')",
            $"select truncate_local_data_after_distributing_table('if_common.{table}')",
        }),
    ];

    /// <summary>
    /// Without it a run that loads a dimension as well fails now and then: a node's rows of a distributed and of a reference table can
    /// only be joined when one connection wrote both.
    /// </summary>
    private static string OneConnectionPerNode(string database) =>
        $"alter role postgres in database {database} set citus.multi_shard_modify_mode = 'sequential'";

    /// <summary>A database across the cluster, without the worker's tables; the test is skipped where there is no cluster.</summary>
    /// <returns>An Npgsql connection string to the coordinator.</returns>
    public static async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var nodes = (Environment.GetEnvironmentVariable(Variable) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.SkipWhen(nodes.Length == 0, $"{Variable} names no Citus cluster; CONTRIBUTING.md says how to start one");
        var database = $"t{Guid.NewGuid():N}";
        foreach (var node in nodes)
        {
            await ExecuteAsync(ConnectionTo(node, "postgres"), cancellationToken, $"create database {database}");
            await ExecuteAsync(ConnectionTo(node, database), cancellationToken, "create extension citus");
        }

        var coordinator = ConnectionTo(nodes[0], database);
        await ExecuteAsync(coordinator, cancellationToken,
            [OneConnectionPerNode(database), $"select citus_set_coordinator_host({Address(nodes[0])})", .. nodes[1..].Select(node =>
                $"select citus_add_node({Address(node)})")]);
        return coordinator;
    }

    /// <summary>A migrated database whose staging tables are distributed and whose dimensions are reference tables.</summary>
    public static async Task<string> CreateDistributedDatabaseAsync(CancellationToken cancellationToken)
    {
        var coordinator = await CreateMigratedDatabaseAsync(cancellationToken);
        await ExecuteAsync(coordinator, cancellationToken, Distribution);
        return coordinator;
    }

    public static async Task<string> CreateMigratedDatabaseAsync(CancellationToken cancellationToken)
    {
        var coordinator = await CreateDatabaseAsync(cancellationToken);
        await using var migrate = WorkerProcess.Start(
            new Dictionary<string, string>
            {
                ["ETLWORKER__DATABASE__CONNECTIONSTRING"] = coordinator,
                ["ETLWORKER__PIPELINE__DEFINITION"] = Path.Combine(Repository.RetailDefinition, "pipeline.json"),
            },
            "migrate");
        Assert.True(await migrate.ExitAsync(cancellationToken) == 0, migrate.Output);
        return coordinator;
    }

    private static async Task ExecuteAsync(string connectionString, CancellationToken cancellationToken, params string[] statements)
    {
        await using var connection = await PostgresServer.OpenAsync(connectionString, cancellationToken);
        foreach (var statement in statements)
        {
#pragma warning disable CA2100 // Statements of our own; CREATE DATABASE takes no parameters.
            await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static string ConnectionTo(string node, string database)
    {
        var (host, port) = Split(node);
        return $"Host={host};Port={port};Database={database};Username=postgres;Timeout=15";
    }

    private static string Address(string node)
    {
        var (host, port) = Split(node);
        return $"'{host}', {port}";
    }

    private static (string Host, string Port) Split(string node) =>
        node.Split(':') is [var host, var port] ? (host, port) : throw new FormatException($"{Variable}: '{node}' is not host:port");
}
