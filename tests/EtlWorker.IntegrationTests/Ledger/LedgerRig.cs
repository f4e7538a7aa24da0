using EtlWorker.Domain.Drops;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.IntegrationTests.Ledger;

/// <summary>The ledger's own statements on a migrated database, by a clock that the test moves. Each test has a key of its own.</summary>
internal sealed class LedgerRig : IAsyncDisposable
{
    public const string Pipeline = "small";
    private const string Feed = "orders";
    private readonly NpgsqlDataSource _source;
    private readonly Database _database;
    private readonly DropRecorder _drops;
    private readonly CancellationToken _cancellationToken;

    private LedgerRig(string connectionString, CancellationToken cancellationToken)
    {
        _source = NpgsqlDataSource.Create(connectionString);
        _database = new Database(new DatabaseOptions(connectionString, null));
        _drops = new DropRecorder(_database, Clock);
        _cancellationToken = cancellationToken;
    }

    public ShiftedClock Clock { get; } = new();

    /// <summary>Nothing crashes here: what is reported thousands of times need not wait for the disk.</summary>
    public static async Task<LedgerRig> CreateAsync(PostgresServer postgres, CancellationToken cancellationToken)
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateMigratedDatabaseAsync(cancellationToken))
        {
            Options = "-c synchronous_commit=off",
        };
        return new LedgerRig(database.ConnectionString, cancellationToken);
    }

    /// <summary>Records an event that a feed takes.</summary>
    /// <returns>Whether it was news.</returns>
    public Task<bool> TellAsync(DropEvent told) => RecordAsync(new MatchedEvent(told, Feed, null));

    /// <summary>Records an event that no feed takes.</summary>
    public Task<bool> IgnoreAsync(DropEvent told) => RecordAsync(new MatchedEvent(told, null, "no feed of the pipeline takes this key"));

    public async Task GoneAsync(string key) => await ExecuteAsync(
        "update etl.drop set disposition = 'gone', reason = 'deleted' where key = $1 and disposition = 'pending'", key);

    /// <summary>A key's drops, as the batch decision gets them, oldest first.</summary>
    public async Task<IReadOnlyList<Drop>> DropsAsync(string key)
    {
        await using var command = _source.CreateCommand(
            """
            select id, coalesce(feed, ''), etag, version_id, sequencer, event_time, disposition, size
            from etl.drop
            where key = $1
            order by id
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await using var reader = await command.ExecuteReaderAsync(_cancellationToken);
        var drops = new List<Drop>();
        while (await reader.ReadAsync(_cancellationToken))
        {
            drops.Add(new Drop
            {
                Id = reader.GetInt64(0),
                Feed = reader.GetString(1),
                Bucket = "landing",
                Key = key,
                ETag = reader.GetOrNull<string>(2),
                VersionId = reader.GetOrNull<string>(3),
                Sequencer = reader.GetOrNull<string>(4),
                EventTime = reader.Get<DateTimeOffset>(5),
                Disposition = EnumText.Parse<DropDisposition>(reader.GetString(6)),
                Size = reader.GetInt64(7),
            });
        }

        return drops;
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task<bool> RecordAsync(MatchedEvent matched) =>
        (await _drops.RecordAsync(Pipeline, [matched], _cancellationToken)).Count == 1;

    private async Task ExecuteAsync(string sql, string key)
    {
        await using var command = _source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await command.ExecuteNonQueryAsync(_cancellationToken);
    }
}
