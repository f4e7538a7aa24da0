using Npgsql;

namespace EtlWorker.Benchmarks;

/// <summary>
/// The PostgreSQL that everybody loads into, as its package sets it up; without autovacuum, which would fall on whoever is measured
/// next. Every load gets a database of its own, with an empty table, after a checkpoint.
/// </summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    private const string Columns =
        "order_id int not null, customer_id int not null, order_date date not null, product_id int not null, unit_price int not null, "
            + "quantity int not null, total_price int not null";

    private readonly string _script;
    private readonly string _directory;
    private readonly int _postmaster;
    private int _databases;
    private bool _pinned;

    private DatabaseServer(string script, string directory, int port, string tools) =>
        (_script, _directory, Port, Psql, _postmaster) = (script, directory, port, PsqlOf(tools),
            int.Parse(
                File.ReadLines(Path.Combine(directory, "data", "postmaster.pid")).First(),
                System.Globalization.CultureInfo.InvariantCulture));

    public int Port { get; }

    public string Psql { get; }

    /// <summary>The server's whole CPU time: the postmaster, its processes, and those that have ended.</summary>
    public TimeSpan Cpu => ProcessReading.CpuOfFamily(_postmaster);

    public static async Task<DatabaseServer> StartAsync(
        string root, string worker, string directory, string? programs, CancellationToken cancellationToken)
    {
        var script = Path.Combine(root, "tools", "postgres.sh");
        using var start = new Child(
            "bash", [script, "start", directory, $"{Environment.ProcessId}"],
            programs is null ? null : new Dictionary<string, string> { ["ETLWORKER_POSTGRES_PROGRAMS"] = programs });
        await start.EndAsync(cancellationToken);
        var said = start.Output.Trim().Split('\n')[^1].Split(' ');
        var server = new DatabaseServer(script, directory, int.Parse(said[0], System.Globalization.CultureInfo.InvariantCulture), said[1]);
        await server.ExecuteAsync("postgres", "alter system set autovacuum = off", cancellationToken);
        await server.ExecuteAsync("postgres", "select pg_reload_conf()", cancellationToken);
        await server.ExecuteAsync("postgres", "create database migrated", cancellationToken);
        using var migrate = new Child(
            worker, ["migrate"],
            new Dictionary<string, string>
            {
                ["ETLWORKER__DATABASE__CONNECTIONSTRING"] = server.ConnectionTo("migrated"),
                ["ETLWORKER__PIPELINE__DEFINITION"] = Path.Combine(root, "pipelines", "retail", "pipeline.json"),
            });
        await migrate.EndAsync(cancellationToken);
        return server;
    }

    public string ConnectionTo(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username=postgres";

    /// <summary>A database with the worker's ledger and an empty <c>public.orders</c>.</summary>
    /// <param name="keyed">Whether the table has its primary key.</param>
    /// <param name="hasFractions">Whether its prices are numeric.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public async Task<string> CreateAsync(bool keyed, bool hasFractions, CancellationToken cancellationToken)
    {
        _databases++;
        var name = $"d{_databases}";
        await ExecuteAsync("postgres", $"create database {name} template migrated", cancellationToken);
        var columns = hasFractions ? Columns.Replace("_price int", "_price numeric(12,2)", StringComparison.Ordinal) : Columns;
        await ExecuteAsync(name, $"create table public.orders ({columns}{(keyed ? ", primary key (order_id)" : "")})", cancellationToken);
        await ExecuteAsync(name, "checkpoint", cancellationToken);
        return name;
    }

    // A server alone, as npm has it, comes without its client.
    private static string PsqlOf(string tools) => File.Exists(Path.Combine(tools, "psql")) ? Path.Combine(tools, "psql") : "psql";

    public Task DropAsync(string database, CancellationToken cancellationToken) =>
        ExecuteAsync("postgres", $"drop database {database} with (force)", cancellationToken);

    /// <summary>Has the server, and every session from now on, run on core 0 alone, or on all of them again.</summary>
    public async Task PinAsync(bool pinned, CancellationToken cancellationToken)
    {
        if (pinned == _pinned)
        {
            return;
        }

        _pinned = pinned;
        foreach (var pid in ProcessReading.Children(_postmaster).Append(_postmaster))
        {
            using var taskset = new Child("taskset", ["-acp", pinned ? "0" : $"0-{Environment.ProcessorCount - 1}", $"{pid}"]);
            await taskset.EndAsync(cancellationToken);
        }
    }

    /// <summary>Fills a table of a database from a CSV file.</summary>
    public async Task CopyAsync(string database, string table, string path, CancellationToken cancellationToken)
    {
        using var copy = new Child(
            Psql,
            ["-Xq", "-h", "127.0.0.1", "-p", $"{Port}", "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1",
            "-c", $"\\copy {table} from '{path}' with (format csv, header)"]);
        await copy.EndAsync(cancellationToken);
    }

    public async Task ExecuteAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionTo(database)};Pooling=false;Command Timeout=600");
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // SQL of this program's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>The only row's values.</returns>
    public async Task<object[]> AskAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionTo(database)};Pooling=false;Command Timeout=600");
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // SQL of this program's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var values = new object[reader.FieldCount];
        reader.GetValues(values);
        return values;
    }

    public async ValueTask DisposeAsync()
    {
        using var stop = new Child("bash", [_script, "stop", _directory]);
        await stop.EndAsync(CancellationToken.None);
    }
}
