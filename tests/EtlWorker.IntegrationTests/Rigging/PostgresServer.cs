using CliWrap;
using CliWrap.Buffered;
using Npgsql;
using Xunit;
using Xunit.Sdk;

[assembly: AssemblyFixture(typeof(EtlWorker.IntegrationTests.Rigging.PostgresServer))]

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A real PostgreSQL for the whole test run, in a directory of its own; each test makes its own database.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly string Script = Path.Combine(Repository.Root, "tools", "postgres.sh");
    private readonly string _directory = Directory.CreateTempSubdirectory("etlworker-tests-").FullName;
    private string? _missing;
    private int _databases;

    public int Port { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var started = await Cli.Wrap("bash").WithArguments([Script, "start", _directory])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        if (started.ExitCode == 0)
        {
            Port = int.Parse(started.StandardOutput.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
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
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        Assert.SkipWhen(_missing is not null, _missing ?? "");
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // A name of our own making; CREATE DATABASE takes no parameters.
        await using var create = new NpgsqlCommand($"create database {name}", connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionTo(name);
    }

    public async ValueTask DisposeAsync()
    {
        await Cli.Wrap("bash").WithArguments([Script, "stop", _directory]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string ConnectionTo(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username=postgres;Timeout=15";
}
