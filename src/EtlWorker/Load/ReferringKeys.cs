using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>The foreign keys by which other tables refer to tables that are emptied together.</summary>
internal static class ReferringKeys
{
    /// <exception cref="RunFailedException">A key has an action that would delete or change rows of the other table.</exception>
    public static async Task RefuseAsync(
        NpgsqlConnection connection, IReadOnlyCollection<FeedDefinition> feeds, CancellationToken cancellationToken)
    {
        if ((await RefusalsAsync(connection, feeds, cancellationToken)) is [var first, ..])
        {
            throw first.Refusal;
        }
    }

    /// <summary>
    /// Of the feeds whose rows are replaced, those whose tables are truncated: all that do not say otherwise, or none where one of these is
    /// referred to from outside.
    /// </summary>
    public static async Task<IReadOnlyList<FeedDefinition>> TruncatableAsync(
        NpgsqlConnection connection, IReadOnlyCollection<FeedDefinition> feeds, CancellationToken cancellationToken)
    {
        IReadOnlyList<FeedDefinition> meant = [.. feeds.Where(feed => feed.ReplaceBy == ReplaceBy.Truncate)];
        return (await ReadAsync(connection, meant, cancellationToken)).Count > 0 ? [] : meant;
    }

    /// <summary>What would be refused if the tables of all these feeds were emptied now, with the table that is referred to.</summary>
    public static async Task<IReadOnlyList<(string Table, RunFailedException Refusal)>> RefusalsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<FeedDefinition> feeds, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(connection, feeds, cancellationToken))
            .Where(key => key.Action is not null).Select(key => (key.Referred, RefusalOf(key)))];

    private static async Task<IReadOnlyList<ReferringKey>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyCollection<FeedDefinition> feeds, CancellationToken cancellationToken)
    {
        var tables = feeds.Select(feed => TableName.Parse(feed.Table)).ToList();
        await using var command = connection.Embedded("Load/referring_keys",
            ("schemas", tables.Select(table => table.Schema).ToArray()), ("tables", tables.Select(table => table.Name).ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<ReferringKey>();
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new ReferringKey(reader.Get<string>(0), reader.Get<string>(1), reader.Get<string>(2), reader.GetOrNull<string>(3)));
        }

        return keys;
    }

    private static RunFailedException RefusalOf(ReferringKey key) => new(
        $"the foreign key {key.Name} of {key.Referring} refers to {key.Referred} with ON DELETE {key.Action}: to replace the rows of "
        + $"{key.Referred} would {(key.Action == "CASCADE" ? "delete" : "change")} rows of {key.Referring}",
        $"Make {key.Name} again without ON DELETE {key.Action}: NO ACTION DEFERRABLE INITIALLY DEFERRED lets the rows be replaced. "
        + "Or give the feed the mode merge.")
    {
        IsOfFile = false,
    };

    /// <param name="Name">The constraint.</param>
    /// <param name="Referring">The table that it belongs to, quoted where it must be.</param>
    /// <param name="Referred">The table that it refers to.</param>
    /// <param name="Action">What a DELETE of the referred rows does to the others; null where it is refused.</param>
    private sealed record ReferringKey(string Name, string Referring, string Referred, string? Action);
}
