using System.Globalization;
using System.Text.Json.Nodes;
using EtlWorker.SampleData;
using EtlWorker.SampleData.Bank;
using Npgsql;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>All that one test needs: a migrated database, an AWS account, the retail definition, and workers.</summary>
internal sealed class Rig : IAsyncDisposable
{
    public static readonly string[] Analyses = ["agg_public_holiday", "agg_shipments", "best_performing_product"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource _patience;
    private readonly string _definition;
    private readonly NpgsqlDataSource _database;

    private Rig(AwsAccount aws, string connectionString, string definition, CancellationTokenSource patience)
    {
        (Aws, ConnectionString, _definition, _patience) = (aws, connectionString, definition, patience);
        _database = NpgsqlDataSource.Create(connectionString);
        Environment = new Dictionary<string, string>(aws.Environment)
        {
            ["ETLWORKER__DATABASE__CONNECTIONSTRING"] = connectionString,
            ["ETLWORKER__PIPELINE__DEFINITION"] = Path.Combine(definition, "pipeline.json"),
            // A test that changes the definition says when it counts: at the next start.
            ["ETLWORKER__PIPELINE__REFRESH"] = "01:00:00",
        };
    }

    public AwsAccount Aws { get; }

    public string ConnectionString { get; }

    /// <summary>The worker's environment; a test may change it before it starts one.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Ends what waits too long: a test that hangs must fail.</summary>
    public CancellationToken Token => _patience.Token;

    /// <param name="postgres">Where the database is made.</param>
    /// <param name="endpoint">Where S3, SQS and SNS answer.</param>
    /// <param name="asOf">The definition's as-of date; null for the run date.</param>
    /// <param name="cancellationToken">The test's own.</param>
    public static Task<Rig> CreateAsync(PostgresServer postgres, Uri endpoint, DateOnly? asOf, CancellationToken cancellationToken) =>
        CreateAsync(postgres.CreateMigratedDatabaseAsync, endpoint, asOf, cancellationToken);

    /// <summary>A rig whose database is empty: for what <c>migrate</c> itself does.</summary>
    public static Task<Rig> CreateEmptyAsync(PostgresServer postgres, Uri endpoint, CancellationToken cancellationToken) =>
        CreateAsync(postgres.CreateDatabaseAsync, endpoint, null, cancellationToken);

    /// <summary>A rig on a database that the caller makes.</summary>
    public static async Task<Rig> CreateAsync(
        Func<CancellationToken, Task<string>> createDatabase, Uri endpoint, DateOnly? asOf, CancellationToken cancellationToken)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var connectionString = await createDatabase(patience.Token);
        var aws = new AwsAccount(endpoint);
        await aws.CreateAsync(patience.Token);
        return new Rig(aws, connectionString, CopyDefinition(asOf), patience);
    }

    /// <summary>For a test that is long by design: it may take this long from now on.</summary>
    public void BePatientFor(TimeSpan time) => _patience.CancelAfter(time);

    /// <summary>Takes what is AWS's, and what asks for it, out of the worker's configuration.</summary>
    /// <param name="keeps">Variables that stay.</param>
    public void ForgetAws(params string[] keeps)
    {
        foreach (var key in Environment.Keys.Except(keeps).Where(
            key => key.StartsWith("AWS_", StringComparison.Ordinal)
                || key is "ETLWORKER__QUEUE__URL" or "ETLWORKER__PIPELINE__BUCKET" or "ETLWORKER__PIPELINE__RESULTSBUCKET").ToList())
        {
            Environment.Remove(key);
        }

        Environment["ETLWORKER__NOTIFY__TOPICARN"] = "none";
        // Nothing must ask the instance for credentials.
        Environment["AWS_EC2_METADATA_DISABLED"] = "true";
    }

    public async Task MigrateAsync()
    {
        await using var migrate = WorkerProcess.Start(Environment, "migrate");
        var exit = await migrate.ExitAsync(Token);
        if (exit != 0)
        {
            throw new InvalidOperationException($"migrate ended with {exit}: {migrate.Output}");
        }
    }

    /// <summary>Has workers from now on reach the database through a proxy.</summary>
    public void Use(TcpProxy proxy) => Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
        new NpgsqlConnectionStringBuilder(ConnectionString) { Port = proxy.Port }.ConnectionString;

    public async Task<WorkerProcess> StartAsync()
    {
        var worker = WorkerProcess.Start(Environment);
        await worker.SeeAsync("Listening on", Token);
        return worker;
    }

    /// <summary>Drops the set: the dimensions first, then the required files.</summary>
    /// <param name="directory">Where the files stand.</param>
    /// <param name="change">May give a file, by its name, other contents.</param>
    public async Task DropSetAsync(string directory, Func<string, string, string>? change = null)
    {
        foreach (var name in new[] { "dim_products.csv", "dim_dates.csv" })
        {
            await DropAsync($"reference/{name}", Path.Combine(directory, name), change);
        }

        await DropRequiredAsync(directory, change);
    }

    public async Task DropRequiredAsync(string directory, Func<string, string, string>? change = null)
    {
        foreach (var name in new[] { "orders.csv", "reviews.csv", "shipment_deliveries.csv" })
        {
            await DropAsync($"orders_data/{name}", Path.Combine(directory, name), change);
        }
    }

    /// <summary>Drops a day's files of the bank, the marker last.</summary>
    public async Task DropBankAsync(SampleOptions day)
    {
        var directory = Directory.CreateTempSubdirectory("etlworker-bank-");
        try
        {
            foreach (var file in BankFeed.WriteAll(directory.FullName, day).OrderBy(file => file.Name == BankFeed.MarkerFile(day.AsOf)))
            {
                await using var stream = File.OpenRead(Path.Combine(directory.FullName, file.Name));
                await Aws.DropAsync($"bank/{file.Name}", stream, Token);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Changes the definition of workers that are started from now on.</summary>
    public void Define(Action<JsonObject> change)
    {
        var path = Path.Combine(_definition, "pipeline.json");
        var document = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(document);
        File.WriteAllText(path, document.ToJsonString());
    }

    /// <summary>Writes a file beside the definition.</summary>
    public Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(_definition, file), text, Token);

    public Task DropAsync(string key, string text) => Aws.DropAsync(key, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), Token);

    /// <summary>Runs a command of the worker to its end.</summary>
    public async Task<(int Exit, string Said)> CommandAsync(params string[] arguments)
    {
        await using var command = WorkerProcess.Start(Environment, arguments);
        var exit = await command.ExitAsync(Token);
        return (exit, command.Output);
    }

    /// <summary>Waits for a notice of a status; those that come before it are read over.</summary>
    public async Task<ReceivedNotice> NotifiedAsync(string status)
    {
        var others = new List<string>();
        try
        {
            while (true)
            {
                var notice = await Aws.NextNoticeAsync(Token);
                if (notice.Attributes["status"] == status)
                {
                    return notice;
                }

                others.Add($"{notice.Subject}\n{notice.Body}");
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Nobody was told of \"{status}\", but of:\n{string.Join('\n', others)}");
        }
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }

    /// <summary>After a restart of the server the idle connections are dead.</summary>
    public void ForgetConnections() => _database.Clear();

    /// <summary>A session of the test's own that may write whatever the database's default is.</summary>
    public Task<NpgsqlConnection> OpenWriterAsync() =>
        PostgresServer.OpenAsync($"{ConnectionString};Options=-c default_transaction_read_only=off", Token);

    /// <summary>Keeps the worker from deciding on drops and from running, until the session is closed.</summary>
    public async Task<NpgsqlConnection> HoldPipelineLockAsync()
    {
        var holder = await PostgresServer.OpenAsync(ConnectionString, Token);
        await using var hold = new NpgsqlCommand("select pg_advisory_lock(hashtextextended('etlworker:run:retail', 0))", holder);
        await hold.ExecuteNonQueryAsync(Token);
        return holder;
    }

    /// <summary>As before and after a failover: whoever connects finds a standby, and those that were connected are sent away.</summary>
    public async Task SetReadOnlyAsync(bool value)
    {
        await using var connection = await OpenWriterAsync();
#pragma warning disable CA2100 // SQL of the test's own.
        await using var set = new NpgsqlCommand(
            $"""
            alter database {connection.Database} set default_transaction_read_only = {(value ? "on" : "off")};
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and application_name like 'etlworker%'
            """,
            connection);
#pragma warning restore CA2100
        await set.ExecuteNonQueryAsync(Token);
        ForgetConnections();
    }

    /// <summary>Waits until a query's answer is true, looking again and again where nothing could tell.</summary>
    public async Task UntilAsync(string condition)
    {
        try
        {
            await UntilAsync(() => QueryAsync<bool>(condition));
        }
        catch (OperationCanceledException) when (_patience.IsCancellationRequested)
        {
            throw new TimeoutException($"Never became true: {condition}");
        }
    }

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var again = new PeriodicTimer(LookAgain);
        while (!await condition())
        {
            await again.WaitForNextTickAsync(Token);
        }
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <returns>The rows as COPY writes them, for comparison.</returns>
    public async Task<string> CsvAsync(string query)
    {
        await using var connection = await _database.OpenConnectionAsync(Token);
        using var rows = await connection.BeginTextExportAsync($"copy ({query}) to stdout (format csv, header)", Token);
        return await rows.ReadToEndAsync(Token);
    }

    /// <summary>All that must stay as it was when a run fails: staging and analytics, in a comparable form.</summary>
    public async Task<string> TablesAsync() => string.Join('\n',
        await CsvAsync("select * from staging.orders order by order_id"),
        await CsvAsync("select * from staging.reviews order by product_id, review"),
        await CsvAsync("select * from staging.shipment_deliveries order by shipment_id"),
        await AnalyticsAsync());

    public async Task<string> AnalyticsAsync() => string.Join('\n',
        await Task.WhenAll(Analyses.Select(table => CsvAsync($"select * from analytics.{table} order by ingestion_date"))));

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Aws.Dispose();
        _patience.Dispose();
        Directory.Delete(_definition, recursive: true);
    }

    private async Task DropAsync(string key, string file, Func<string, string, string>? change)
    {
        if (change is null)
        {
            await using var stream = File.OpenRead(file);
            await Aws.DropAsync(key, stream, Token);
            return;
        }

        var text = change(Path.GetFileName(file), await File.ReadAllTextAsync(file, Token));
        await Aws.DropAsync(key, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), Token);
    }

    private static string CopyDefinition(DateOnly? asOf)
    {
        var copy = Directory.CreateTempSubdirectory("etlworker-definition-").FullName;
        foreach (var file in Directory.EnumerateFiles(Repository.RetailDefinition, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Repository.RetailDefinition, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var text = File.ReadAllText(file);
            File.WriteAllText(target, asOf is { } date
                ? text.Replace(
                    "\"asOf\": null", $"\"asOf\": \"{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\"",
                    StringComparison.Ordinal)
                : text);
        }

        return copy;
    }
}
