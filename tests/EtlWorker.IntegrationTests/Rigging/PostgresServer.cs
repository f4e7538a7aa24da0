using CliWrap;
using CliWrap.Buffered;
using Npgsql;
using Xunit;
using Xunit.Sdk;

[assembly: AssemblyFixture(typeof(EtlWorker.IntegrationTests.Rigging.PostgresServer))]

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// A real PostgreSQL in a directory of its own: one for the whole test run, in which each test makes its own database, and
/// others for tests that restart it.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly TimeSpan MigratesWithin = TimeSpan.FromMinutes(1);
    private static readonly string Script = Path.Combine(Repository.Root, "tools", "postgres.sh");
    private readonly string _directory = Directory.CreateTempSubdirectory("etlworker-tests-").FullName;
    private readonly Lazy<Task<string>> _migrated;
    private string? _missing;
    private int _databases;

    public PostgresServer() => _migrated = new Lazy<Task<string>>(MigrateTemplateAsync);

    public int Port { get; private set; }

    /// <summary>The folder of its programs, psql among them.</summary>
    public string Programs { get; private set; } = "";

    /// <summary>Whether it can be reached through Unix sockets as well.</summary>
    public bool HasSockets { get; init; }

    /// <summary>The Host of a connection string through its Unix socket: a directory, or a name in the abstract namespace.</summary>
    public string SocketHost(bool isAbstract) => isAbstract ? $"@{Path.GetFileName(_directory)}" : _directory;

    public async ValueTask InitializeAsync()
    {
        var sockets = HasSockets ? $"{SocketHost(false)},{SocketHost(true)}" : "";
        var started = await Cli.Wrap("bash").WithArguments([Script, "start", _directory, $"{Environment.ProcessId}"])
            .WithEnvironmentVariables(environment => environment.Set("ETLWORKER_POSTGRES_SOCKETS", sockets))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        if (started.ExitCode == 0)
        {
            var words = started.StandardOutput.Trim().Split(' ');
            (Port, Programs) = (int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture), words[1]);
            return;
        }

        _missing = $"No PostgreSQL: {started.StandardError.Trim()}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            throw new TestPipelineException(_missing);
        }
    }

    /// <summary>An empty database of this test's own; the test is skipped where there is no PostgreSQL.</summary>
    /// <returns>An Npgsql connection string.</returns>
    public Task<string> CreateDatabaseAsync(CancellationToken cancellationToken) => CreateFromAsync("template1", cancellationToken);

    /// <summary>A migrated database in an encoding of PostgreSQL's.</summary>
    /// <returns>An Npgsql connection string.</returns>
    public async Task<string> CreateMigratedDatabaseAsync(string encoding, CancellationToken cancellationToken)
    {
        var connectionString = await CreateFromAsync($"template0 encoding '{encoding}' locale 'C'", cancellationToken);
        await MigrateAsync(connectionString);
        return connectionString;
    }

    /// <summary>A database as <c>etlworker migrate</c> leaves it: migrated once, and copied for each test.</summary>
    /// <returns>An Npgsql connection string.</returns>
    public async Task<string> CreateMigratedDatabaseAsync(CancellationToken cancellationToken)
    {
        Assert.SkipWhen(_missing is not null, _missing ?? "");
        return await CreateFromAsync(await _migrated.Value, cancellationToken);
    }

    /// <summary>A session of a test's own, which ends when it is closed: a pool would keep one idle for each test's database.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Ends it and starts it again on the same port. Only for a server of a test's own.</summary>
    /// <param name="mode"><c>fast</c> tells the sessions, <c>immediate</c> is a crash.</param>
    public async Task RestartAsync(string mode) =>
        await Cli.Wrap("bash").WithArguments([Script, "restart", _directory, mode]).ExecuteAsync();

    public async ValueTask DisposeAsync()
    {
        await Cli.Wrap("bash").WithArguments([Script, "stop", _directory]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<string> MigrateTemplateAsync()
    {
        var connectionString = await CreateDatabaseAsync(CancellationToken.None);
        await MigrateAsync(connectionString);
        return new NpgsqlConnectionStringBuilder(connectionString).Database!;
    }

    private static async Task MigrateAsync(string connectionString)
    {
        using var patience = new CancellationTokenSource(MigratesWithin);
        await using var migrate = WorkerProcess.Start(
            new Dictionary<string, string>
            {
                ["ETLWORKER__DATABASE__CONNECTIONSTRING"] = connectionString,
                ["ETLWORKER__PIPELINE__DEFINITION"] = Path.Combine(Repository.RetailDefinition, "pipeline.json"),
            },
            "migrate");
        if (await migrate.ExitAsync(patience.Token) != 0)
        {
            throw new InvalidOperationException($"migrate failed: {migrate.Output}");
        }
    }

    private async Task<string> CreateFromAsync(string template, CancellationToken cancellationToken)
    {
        Assert.SkipWhen(_missing is not null, _missing ?? "");
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await using var connection = await OpenAsync(ConnectionTo("postgres"), cancellationToken);
#pragma warning disable CA2100 // Names of our own making; CREATE DATABASE takes no parameters.
        await using var create = new NpgsqlCommand($"create database {name} template {template}", connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionTo(name);
    }

    private string ConnectionTo(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username=postgres;Timeout=15";
}
