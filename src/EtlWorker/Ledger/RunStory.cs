using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>All that the ledger has on the last attempt of a run, so that a notice can be written after a crash as well.</summary>
internal sealed record RunStory
{
    public required IReadOnlyList<FeedStory> Feeds { get; init; }

    public required IReadOnlyList<StageStory> Stages { get; init; }

    /// <summary>The first refused rows of each feed.</summary>
    public required IReadOnlyList<RejectStory> Rejects { get; init; }

    /// <summary>The objects that hold the refused rows; none where they could not be written.</summary>
    public IReadOnlyList<string> RejectFiles { get; init; } = [];

    /// <param name="connection">Any connection.</param>
    /// <param name="run">The run; its present attempt is told.</param>
    /// <param name="feeds">The definition's feeds, in whose order the story goes.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<RunStory> ReadAsync(
        NpgsqlConnection connection, Run run, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken) => new()
        {
            Feeds = [.. (await ReadAsync(connection, "Ledger/story_feeds", run, reader => new FeedStory(
            reader.Get<string>(0), reader.Get<string>(1), reader.Get<long>(2), reader.Get<long>(3), reader.Get<long>(4),
            TimeSpan.FromSeconds(reader.Get<double>(5))), cancellationToken))
            .OrderBy(feed => feeds.TakeWhile(defined => defined.Name != feed.Feed).Count())],
            Stages = await ReadAsync(connection, "Ledger/story_stages", run, reader => new StageStory(
                Word.Parse<RunStage>(reader.Get<string>(0)), TimeSpan.FromSeconds(reader.Get<double>(1))), cancellationToken),
            Rejects = await ReadAsync(connection, "Ledger/story_rejects", run, reader => new RejectStory(
                reader.Get<string>(0), reader.Get<long>(1), reader.GetOrNull<string>(2), reader.Get<string>(3)), cancellationToken),
        };

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        NpgsqlConnection connection, string path, Run run, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(path, ("run_id", run.Id), ("attempt", run.Attempt));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }
}

internal sealed record FeedStory(string Feed, string Key, long RowsRead, long RowsLoaded, long RowsRejected, TimeSpan Took);

internal sealed record StageStory(RunStage Stage, TimeSpan Took);

internal sealed record RejectStory(string Feed, long Line, string? Column, string Reason);
