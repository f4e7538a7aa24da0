using System.Data;
using System.Text;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Load;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>The worker's loader on a real table, without S3 and without a process: each load is a run of its own.</summary>
internal sealed class LoadRig : IAsyncDisposable
{
    public static readonly FeedDefinition Feed = new() { Name = "feed", Object = "in/feed.csv", Table = "public.feed" };
    private static readonly RejectLimit Anything = new() { Max = long.MaxValue, MaxPercent = 100 };
    private readonly Database _database;
    private readonly FeedLoader _loader;

    private LoadRig(Database database, NpgsqlConnection connection)
    {
        (_database, Connection) = (database, connection);
        _loader = new FeedLoader(new RunJournal(database, new FakeTimeProvider()), database, NullLogger<FeedLoader>.Instance);
    }

    public NpgsqlConnection Connection { get; private set; }

    public static async Task<LoadRig> CreateAsync(PostgresServer postgres, string table = "") =>
        await CreateAsync(await postgres.CreateMigratedDatabaseAsync(TestContext.Current.CancellationToken), table);

    /// <param name="connectionString">A migrated database.</param>
    /// <param name="table">The columns of <c>public.feed</c>; empty: the caller makes it.</param>
    public static async Task<LoadRig> CreateAsync(string connectionString, string table = "")
    {
        // However few rows a test has: their indexes are made after them.
        var database = new Database(new DatabaseOptions(connectionString, null) { Indexes = new IndexOptions(0, null) });
        var rig = new LoadRig(database, await database.OpenSessionAsync(TestContext.Current.CancellationToken));
        // What a crash of the server would lose, no test of the loader asks for.
        await rig.ExecuteAsync("set synchronous_commit = off");
        await rig.ExecuteAsync(
            "insert into etl.definition (hash, pipeline, document, sql, first_used_at) values ('h', 'p', '', '{}', now())");
        await rig.ExecuteAsync(table.Length == 0 ? "select" : $"create table public.feed ({table})");
        return rig;
    }

    public Task<Loaded> LoadAsync(string csv, FeedDefinition? feed = null, RejectLimit? limit = null) =>
        LoadAsync(Encoding.UTF8.GetBytes(csv), feed, limit);

    /// <summary>Loads a file as a run does: straight, and row by row once the table refused a row; commits.</summary>
    /// <exception cref="RunFailedException">The run would have failed; the transaction is rolled back.</exception>
    public async Task<Loaded> LoadAsync(byte[] csv, FeedDefinition? feed = null, RejectLimit? limit = null)
    {
        var job = await JobAsync(feed ?? Feed, limit);
        try
        {
            return await AttemptAsync(job, csv);
        }
        catch (Exception lost) when (Connection.State != ConnectionState.Open && lost is NpgsqlException or SessionLostException)
        {
            // What ends the session ends an attempt, not a run.
            await Connection.DisposeAsync();
            Connection = await _database.OpenSessionAsync(TestContext.Current.CancellationToken);
            return await AttemptAsync(job with { IsGuarded = lost is SessionLostException }, csv);
        }
    }

    private async Task<Loaded> AttemptAsync(FeedJob job, byte[] csv)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var transaction = await Connection.BeginTransactionAsync(stop);
        job = job with
        {
            IsTruncated =
                (await FeedLoader.EmptyAsync(Connection, job.Feed.IsIncremental ? [] : [job.Feed], SearchPath.OfRole, stop)).Count > 0,
        };
        var deferred = await DeferredConstraints.OfAsync(Connection, [job.Feed], stop);
        await Connection.ExecuteAsync("savepoint etl_feeds", stop);
        var (loaded, wasRowByRow) = await LoadAsync(job, () => new MemoryStream(csv), stop);
        while (!await deferred.HoldAsync(Connection, [job.Feed], SearchPath.OfRole, stop))
        {
            await Connection.ExecuteAsync("rollback to savepoint etl_feeds", stop);
            await deferred.DemandAsync(Connection, job.Feed, SearchPath.OfRole, stop);
            (loaded, wasRowByRow) = await LoadAsync(job with { Judged = deferred.JudgedOf(job.Feed) }, () => new MemoryStream(csv), stop);
        }

        await transaction.CommitAsync(stop);
        return new Loaded(loaded, wasRowByRow, await RejectsAsync());
    }

    /// <summary>Loads a file inside the caller's transaction; several may be loaded by one job.</summary>
    /// <param name="job">By <see cref="JobAsync"/>.</param>
    /// <param name="content">Opens the file, again when the table refused a row.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    public async Task<(LoadedFeed Result, bool WasRowByRow)> LoadAsync(
        FeedJob job, Func<Stream> content, CancellationToken cancellationToken)
    {
        var straight = job.Judged.Count > 0
            ? null
            : await _loader.LoadAsync(Connection, job, content(), rowByRow: false, cancellationToken);
        var loaded = straight ?? await _loader.LoadAsync(Connection, job, content(), rowByRow: true, cancellationToken);
        Assert.NotNull(loaded);
        Assert.Equal(loaded.RowsRead, loaded.RowsLoaded + loaded.RowsRejected);
        return (loaded, straight is null);
    }

    /// <summary>A run of its own in the ledger.</summary>
    public async Task<FeedJob> JobAsync(FeedDefinition feed, RejectLimit? limit = null) =>
        new(await RunAsync(), feed, await DropAsync(feed), limit ?? Anything, FormerRows.None);

    /// <summary>The table's rows as PostgreSQL writes them, in the order of their text.</summary>
    public Task<string[]> RowsAsync(string table = "public.feed") =>
        QueryAsync<string[]>("select coalesce(array_agg(line "
            + $"order by line collate \"C\"), '{{}}') from (select row_to_json(t)::text as line from {table} as t) as lines");

    /// <summary>What was kept of the last load: line, column, code.</summary>
    public Task<string[]> RejectsAsync() => QueryAsync<string[]>(
        """
        select coalesce(array_agg(concat_ws(' ', line_number, column_name, code) order by line_number, id), '{}')
        from etl.reject where run_id = (select max(id) from etl.run)
        """);

    /// <summary>Another session: with what was set for the role or the database meanwhile.</summary>
    public async Task ReconnectAsync()
    {
        await Connection.DisposeAsync();
        Connection = await _database.OpenSessionAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>On the role's path, as a person does it: what it sets stays.</summary>
    /// <param name="sql">Nothing is done where it is empty.</param>
    public async Task ExecuteAsync(string sql)
    {
        var stop = TestContext.Current.CancellationToken;
        if (sql.Length > 0)
        {
            await Connection.ExecuteAsync("set search_path to default", stop);
            await Connection.ExecuteAsync(sql, stop);
            await Connection.ExecuteAsync("set search_path = pg_catalog, pg_temp", stop);
        }
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = Connection.Text(sql);
        return (T)(await SearchPath.OfRole.UseAsync(
            Connection, () => command.ExecuteScalarAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task<Run> RunAsync() => new()
    {
        Id = await QueryAsync<long>(
            """
            insert into etl.run (pipeline, run_date, as_of, time_zone, origin, state, attempt, definition_hash, worker, claimed_at)
            values ('p', '2026-01-01', '2026-01-01', 'UTC', 'manual', 'claimed', 1, 'h', 'w', now()) returning id
            """),
        Pipeline = "p",
        RunDate = new DateOnly(2026, 1, 1),
        AsOf = new DateOnly(2026, 1, 1),
        State = RunState.Claimed,
        Attempt = 1,
        FirstAttempt = 1,
        DefinitionHash = "h",
        Worker = "w",
        ClaimedAt = DateTimeOffset.UnixEpoch,
        Warnings = [],
    };

    private async Task<Drop> DropAsync(FeedDefinition feed) => new()
    {
        Id = await QueryAsync<long>(
            $"""
            insert into etl.drop (pipeline, feed, bucket, key, version_id, size, event_time, source, received_at, disposition)
            values ('p', '{feed.Name}', 'b', '{feed.Object}', gen_random_uuid()::text, 1, now(), 's3', now(), 'pending') returning id
            """),
        Feed = feed.Name,
        Bucket = "b",
        Key = feed.Object,
        Size = 1,
        EventTime = DateTimeOffset.UnixEpoch,
    };
}

/// <param name="Result">As the loader gave it.</param>
/// <param name="WasRowByRow">Whether the file was read a second time.</param>
/// <param name="Rejects">Of each kept reject line, column and code.</param>
internal sealed record Loaded(LoadedFeed Result, bool WasRowByRow, string[] Rejects);
