using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Runs;

/// <summary>All that the ledger has on the last attempt of a run, so that a notice can be written after a crash as well.</summary>
internal sealed record RunStory
{
    public required IReadOnlyList<FeedStory> Feeds { get; init; }

    public required IReadOnlyList<StageStory> Stages { get; init; }

    /// <summary>The first refused rows of each feed.</summary>
    public required IReadOnlyList<RejectStory> Rejects { get; init; }

    /// <summary>The objects that hold the refused rows, each behind what to do with it; none where they could not be written.</summary>
    public IReadOnlyList<string> RejectFiles { get; init; } = [];

    /// <summary>The checks that did not pass.</summary>
    public IReadOnlyList<CheckStory> Checks { get; init; } = [];

    /// <summary>The objects that hold the rows of checks; none where they could not be written.</summary>
    public IReadOnlyList<string> CheckFiles { get; init; } = [];

    /// <param name="connection">Any connection.</param>
    /// <param name="run">The run; its present attempt is reported.</param>
    /// <param name="feeds">The definition's feeds, in whose order the story goes.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<RunStory> ReadAsync(
        NpgsqlConnection connection, Run run, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken) => new()
        {
            Feeds = [.. (await ReadAsync(connection, "Ledger/Runs/story_feeds", run, reader => new FeedStory(
            reader.Get<string>(0), reader.Get<string>(1), reader.Get<long>(2), reader.Get<long>(3), reader.Get<long>(4),
            TimeSpan.FromSeconds(reader.Get<double>(5))), cancellationToken))
            .OrderBy(feed => feeds.TakeWhile(defined => defined.Name != feed.Feed).Count())],
            Stages = await ReadAsync(connection, "Ledger/Runs/story_stages", run, reader => new StageStory(
                EnumText.Parse<RunStage>(reader.Get<string>(0)), reader.Get<DateTimeOffset>(1),
                reader.Get<double?>(2) is { } seconds ? TimeSpan.FromSeconds(seconds) : null), cancellationToken),
            Rejects = await ReadAsync(connection, "Ledger/Runs/story_rejects", run, reader => new RejectStory(
                reader.Get<string>(0), reader.GetOrNull<string>(4), reader.Get<long>(1), reader.GetOrNull<string>(2),
                reader.Get<string>(3)),
                cancellationToken),
            Checks = await ReadAsync(connection, "Ledger/Runs/story_checks", run, reader => new CheckStory(
                reader.Get<string>(0), EnumText.Parse<CheckVerdict>(reader.Get<string>(1)), reader.Get<long>(2), reader.Get<long>(3)),
                cancellationToken),
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

/// <param name="Stage">The stage.</param>
/// <param name="Began">When it began.</param>
/// <param name="Took">How long it took; null where it failed, or its worker died in it.</param>
internal sealed record StageStory(RunStage Stage, DateTimeOffset Began, TimeSpan? Took);

/// <param name="Feed">The feed.</param>
/// <param name="Key">The file's key; null in a ledger of a version that did not keep it.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Column">The column at fault; null where it is the row.</param>
/// <param name="Reason">Why, without what the row holds.</param>
internal sealed record RejectStory(string Feed, string? Key, long Line, string? Column, string Reason);

/// <param name="Check">The check's name.</param>
/// <param name="Verdict">What its rows mean.</param>
/// <param name="Found">How many they are.</param>
/// <param name="Kept">How many of them the ledger has.</param>
internal sealed record CheckStory(string Check, CheckVerdict Verdict, long Found, long Kept);
