using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// The constraints that PostgreSQL would check at the commit, and then say of no row that it breaks them. They are judged once all feeds
/// are
/// loaded, so that children may come before their parents; the feed of one that is violated is loaded again, row by row.
/// </summary>
internal sealed class DeferredConstraints
{
    private const string Savepoint = "etl_deferred";
    private readonly List<DeferredConstraint> _all = [];
    private readonly HashSet<DeferredConstraint> _judged = [];

    private DeferredConstraints()
    {
    }

    /// <summary>Those that the load of some feeds may violate.</summary>
    public static async Task<DeferredConstraints> OfAsync(
        NpgsqlConnection connection, IReadOnlyCollection<FeedDefinition> feeds, CancellationToken cancellationToken)
    {
        var found = new DeferredConstraints();
        var tables = feeds.Select(feed => TableName.Parse(feed.Table)).ToList();
        await using var command = connection.Embedded("Load/deferred_constraints",
            ("schemas", tables.Select(table => table.Schema).ToArray()), ("tables", tables.Select(table => table.Name).ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found._all.Add(new DeferredConstraint(
                new TableName(reader.Get<string>(0), reader.Get<string>(1)), new TableName(reader.Get<string>(3), reader.Get<string>(4)),
                reader.Get<bool>(2) ? new TableName(reader.Get<string>(5), reader.Get<string>(6)) : null));
        }

        return found;
    }

    /// <summary>The names of those that a feed's rows are judged by, one by one.</summary>
    public IReadOnlyList<string> JudgedOf(FeedDefinition feed) => [.. JudgedBy(feed).Select(constraint => constraint.Name.Name)];

    /// <summary>Has the table refuse a row of a feed at once; the rows that it refers to are loaded by now.</summary>
    public async Task DemandAsync(NpgsqlConnection connection, FeedDefinition feed, SearchPath path, CancellationToken cancellationToken)
    {
        foreach (var constraint in JudgedBy(feed))
        {
            await SetAsync(connection, constraint, "immediate", path, cancellationToken);
        }
    }

    /// <summary>
    /// The feeds in the order in which they are loaded: one that refers to another by a constraint that is judged comes after it.
    /// </summary>
    /// <exception cref="RunFailedException">Such constraints refer to each other in a ring.</exception>
    public IReadOnlyList<FeedDefinition> Ordered(IReadOnlyList<FeedDefinition> feeds)
    {
        var ordered = new List<FeedDefinition>();
        var left = feeds.ToList();
        while (left.Count > 0)
        {
            var next = left.FirstOrDefault(feed => !JudgedBy(feed).Any(
                    constraint => left.Any(other => other != feed && constraint.Referred == TableName.Parse(other.Table))))
                ?? throw new RunFailedException(
                    $"rows violate the deferred constraints {string.Join(", ", _judged.Select(constraint => constraint.ToString()))}, "
                        + "whose tables refer to each other in a ring: which rows are at fault cannot be determined",
                    "Correct the files and drop them again; a foreign key of the ring that is not deferred has its bad rows named.");
            ordered.Add(next);
            left.Remove(next);
        }

        return ordered;
    }

    /// <summary>Judges what was loaded.</summary>
    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="feeds">The feeds that were loaded.</param>
    /// <param name="path">Where the tables' triggers look for names.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <returns>Whether all hold; else the feeds are to be loaded again.</returns>
    /// <exception cref="RunFailedException">One is violated, and no feed's rows can be refused for it.</exception>
    public async Task<bool> HoldAsync(
        NpgsqlConnection connection, IReadOnlyList<FeedDefinition> feeds, SearchPath path, CancellationToken cancellationToken)
    {
        var holds = true;
        foreach (var constraint in _all)
        {
            await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
            try
            {
                await SetAsync(connection, constraint, "immediate", path, cancellationToken);
                await SetAsync(connection, constraint, "deferred", path, cancellationToken);
            }
            catch (Exception fault) when (ServerError.Of(fault) is { } violation && TableRefusal.IsOfData(violation))
            {
                await connection.ExecuteAsync($"rollback to savepoint {Savepoint}", cancellationToken);
                if (!feeds.Any(feed => TableName.Parse(feed.Table) == constraint.Table) || !_judged.Add(constraint))
                {
                    throw new RunFailedException(
                        $"rows violate the deferred constraint {constraint} ({violation.Description})",
                        $"Correct the files so that {constraint.Table} and the tables that it refers to fit together, and drop them "
                            + "again.");
                }

                holds = false;
            }

            await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
        }

        return holds;
    }

    private IEnumerable<DeferredConstraint> JudgedBy(FeedDefinition feed) => _judged.Where(constraint =>
        constraint.Table == TableName.Parse(feed.Table));

    private static Task SetAsync(
        NpgsqlConnection connection, DeferredConstraint constraint, string when, SearchPath path, CancellationToken cancellationToken) =>
        path.UseAsync(
            connection,
            () => connection.LimitedAsync(
                $"what {constraint} put off", () => connection.ExecuteAsync($"set constraints {constraint.Name.Quoted} {when}",
                    cancellationToken)),
            cancellationToken);

    /// <param name="Name">With its schema.</param>
    /// <param name="Table">The table that it belongs to.</param>
    /// <param name="Referred">The table that it refers to; null where it is no foreign key.</param>
    private sealed record DeferredConstraint(TableName Name, TableName Table, TableName? Referred)
    {
        public override string ToString() => $"{Name.Name} of {Table}";
    }
}
