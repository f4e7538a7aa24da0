using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Load;
using EtlWorker.Migrate;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Validate;

/// <summary>In what a database does not fit a definition, so that runs would fail. Nothing is changed, and no SQL of it is run.</summary>
internal sealed class DatabaseFaults
{
    private readonly NpgsqlConnection _connection;
    private readonly LoadedDefinition _definition;
    private readonly SearchPath _path;
    private readonly List<DefinitionFault> _faults = [];
    private bool _isInUse;

    private DatabaseFaults(NpgsqlConnection connection, LoadedDefinition definition) =>
        (_connection, _definition, _path) = (connection, definition, new SearchPath(definition.Pipeline.SearchPath));

    private PipelineDefinition Pipeline => _definition.Pipeline;

    /// <summary>As <see cref="InAsync"/>, without what <c>migrate</c> alone would be refused for.</summary>
    /// <returns>The faults, and whether one of them is that a table is in use, which says nothing of the definition.</returns>
    public static async Task<(IReadOnlyList<DefinitionFault> Faults, bool IsInUse)> OfRunsAsync(
        NpgsqlConnection connection, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var found = await FindAsync(connection, definition, cancellationToken);
        return ([.. found._faults.Where(fault => fault.Path != MigrationFaults.List)], found._isInUse);
    }

    /// <param name="connection">One without a transaction.</param>
    /// <param name="definition">A valid one.</param>
    /// <param name="cancellationToken">Cancels what the server is doing.</param>
    /// <returns>What is wrong and what to do, by the paths of the definition.</returns>
    public static async Task<IReadOnlyList<DefinitionFault>> InAsync(
        NpgsqlConnection connection, LoadedDefinition definition, CancellationToken cancellationToken) =>
        (await FindAsync(connection, definition, cancellationToken))._faults;

    private static async Task<DatabaseFaults> FindAsync(
        NpgsqlConnection connection, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var faults = new DatabaseFaults(connection, definition);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // A table that is being emptied is waited for by the runs, and not here.
        await connection.ExecuteAsync("set transaction read only; set local lock_timeout = '2s'", cancellationToken);
        await faults.CheckAsync(cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
        return faults;
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        // A login that is asked about without migrations may have no right to the ledger.
        if (Pipeline.Migrations.Count > 0 && !await AreMigratedAsync(cancellationToken))
        {
            // They make what would be missed below.
            return;
        }

        var names = Pipeline.Feeds.Select(feed => feed.Table).Concat(Pipeline.Analyses.Select(analysis => analysis.Table));
        var rights = await TableRights.ReadAsync(_connection, [.. names.Select(TableName.Parse)], cancellationToken);
        var referring = await ReferringFaultsAsync(cancellationToken);
        foreach (var (index, feed) in Pipeline.Feeds.Index())
        {
            await CheckFeedAsync(feed, DefinitionFaults.FeedPath(index), rights[index], referring, cancellationToken);
        }

        foreach (var (index, check) in Pipeline.Checks.Index())
        {
            var path = JsonPath.Of("$.checks", index);
            await CheckSqlAsync($"{path}.sql", check.Sql, AuthoredSql.CountOf(_definition.Sql[check.Sql]), cancellationToken);
            if (check.Of is not null)
            {
                await CheckSqlAsync($"{path}.of", check.Of, AuthoredSql.CountOf(TableName.Parse(check.Of)), cancellationToken);
            }
        }

        if (Pipeline.Trigger.Days.Query is { } query)
        {
            await CheckDayQueryAsync("$.trigger.days.sql", query.Sql, cancellationToken);
        }

        foreach (var (index, analysis) in Pipeline.Analyses.Index())
        {
            await CheckAnalysisAsync(
                analysis, DefinitionFaults.AnalysisPath(index), rights[Pipeline.Feeds.Count + index], cancellationToken);
        }
    }

    /// <summary>Whether all migrations are applied, so that the tables are as they make them.</summary>
    private async Task<bool> AreMigratedAsync(CancellationToken cancellationToken)
    {
        var state = await MigrationState.ReadAsync(_connection, _definition, cancellationToken);
        foreach (var (index, cause, remedy) in state.Faults)
        {
            Add(index is { } at ? MigrationFaults.PathOf(at) : MigrationFaults.List, [$"{cause}. {remedy}"]);
        }

        foreach (var (index, file) in Pipeline.Migrations.Index().Where(named => state.Pending.Contains(named.Item)))
        {
            Add(MigrationFaults.PathOf(index), [$"migration {file} is not applied: run `etlworker migrate`"]);
        }

        return state.FaultFor(Pipeline.Name) is null;
    }

    /// <summary>By the table that is referred to, quoted where it must be.</summary>
    private async Task<ILookup<string, string>> ReferringFaultsAsync(CancellationToken cancellationToken)
    {
        var replaced = Pipeline.Feeds.Where(feed => !feed.IsIncremental).ToList();
        var refusals = await ReferringKeys.RefusalsAsync(_connection, replaced, cancellationToken);
        return refusals.ToLookup(refusal => refusal.Table, refusal => $"{refusal.Refusal.Message}. {refusal.Refusal.Fault.Remedy}");
    }

    private async Task CheckFeedAsync(
        FeedDefinition feed, string path, TableRights rights, ILookup<string, string> referring, CancellationToken cancellationToken)
    {
        string[] needed = feed.Mode switch
        {
            LoadMode.Merge => ["select", "insert", "update"],
            LoadMode.Append => ["select", "insert"],
            _ => ["select", "insert", await IsTruncatedAsync(feed, cancellationToken) ? "truncate" : "delete"],
        };
        Add($"{path}.table", rights.FaultsFor(needed));
        if (!rights.IsTable || !rights.MayUseSchema)
        {
            return;
        }

        var table = await TableCatalogue.ReadAsync(_connection, rights.Table, cancellationToken);
        Add($"{path}.table", feed.IsIncremental ? [] : referring[rights.Table.ToString()].Concat(referring[rights.Table.Quoted]));
        CheckColumns(feed, path, table);
        if (feed.Mode == LoadMode.Merge)
        {
            await CheckKeyAsync(feed, path, rights.Table, cancellationToken);
        }
    }

    private async Task<bool> IsTruncatedAsync(FeedDefinition feed, CancellationToken cancellationToken)
    {
        var replaced = Pipeline.Feeds.Where(other => !other.IsIncremental).ToList();
        return (await ReferringKeys.TruncatableAsync(_connection, replaced, cancellationToken)).Contains(feed);
    }

    private void CheckColumns(FeedDefinition feed, string path, TargetTable table)
    {
        var names = table.Columns.Select(column => column.Name).ToList();
        var named = feed.Columns.ByName.Keys.Select(name => (Name: name, Path: JsonPath.Of($"{path}.columns", name)))
            .Concat((feed.Columns.InOrder ?? []).Select((name, index) => (Name: name, Path: JsonPath.Of($"{path}.columns", index))));
        foreach (var (name, at) in named.Where(column => !names.Contains(column.Name)))
        {
            _faults.Add(new DefinitionFault(at, $"{table.Name} has no column {name}{NearOrAll(name, names)}"));
        }

        if (feed.Columns.InOrder is { } given)
        {
            var needed = table.Columns.Where(column => column is { NotNull: true, HasDefault: false });
            foreach (var column in needed.Where(column => !given.Contains(column.Name)))
            {
                _faults.Add(new DefinitionFault(
                    $"{path}.columns", $"the list lacks {column.Name}, which {table.Name} needs: it is NOT NULL and has no default"));
            }
        }
    }

    private async Task CheckKeyAsync(FeedDefinition feed, string path, TableName table, CancellationToken cancellationToken)
    {
        var key = await ResultTable.KeyOfAsync(_connection, table, cancellationToken);
        if (key.Count == 0)
        {
            _faults.Add(new DefinitionFault($"{path}.mode", $"{table} has no primary key, by which a feed of mode merge knows its rows: "
                + $"alter table {table.Quoted} add primary key (...), or have the feed append or replace"));
        }
        else if (await ResultTable.IsKeyDeferrableAsync(_connection, table, cancellationToken))
        {
            _faults.Add(new DefinitionFault($"{path}.mode", $"the primary key of {table} is DEFERRABLE: PostgreSQL merges by no such key. "
                + "Make the key again without DEFERRABLE, or have the feed append or replace"));
        }
        else if (feed.Columns.InOrder is { } given && key.Except(given).ToList() is { Count: > 0 } missing)
        {
            _faults.Add(new DefinitionFault(
                $"{path}.columns", $"the list lacks {string.Join(", ", missing)} of the primary key of {table}, by which rows are merged"));
        }
    }

    private async Task CheckAnalysisAsync(
        AnalysisDefinition analysis, string path, TableRights rights, CancellationToken cancellationToken)
    {
        Add($"{path}.table", rights.FaultsFor(["select", "insert", "delete"]));
        var sql = _definition.Sql[analysis.Sql];
        var (given, refusal) = await SqlTrial.PrepareAsync(_connection, _path, $"select * from (\n{sql}\n) as result", cancellationToken);
        var columns = given.Select(column => column.Name).ToList();
        if (refusal is not null)
        {
            Add($"{path}.sql", [Describe(analysis.Sql, refusal)]);
            return;
        }

        if (!rights.IsTable || !rights.MayUseSchema)
        {
            return;
        }

        var table = await ResultTable.FindAsync(_connection, rights.Table, cancellationToken);
        if (!table.KeyColumns.Contains(ResultTable.RunDateColumn))
        {
            Add($"{path}.table", [$"the primary key of {rights.Table} lacks {ResultTable.RunDateColumn}, "
                + $"by which a run replaces its own rows: put a column \"{ResultTable.RunDateColumn} date\" into it"]);
            return;
        }

        var missing = table.ResultColumns.Except(columns).ToList();
        foreach (var name in missing)
        {
            Add($"{path}.sql", [$"{analysis.Sql} gives no column {name}, which {rights.Table} has{NearOrAll(name, columns)}"]);
        }

        if (missing.Count == 0)
        {
            await CheckSqlAsync($"{path}.sql", analysis.Sql, AuthoredSql.InsertOf(table, sql), cancellationToken);
        }
    }

    private async Task CheckDayQueryAsync(string path, string file, CancellationToken cancellationToken)
    {
        var sql = AuthoredSql.DayOf(_definition.Sql[file]);
        var (columns, refusal) = await SqlTrial.PrepareAsync(_connection, _path, sql, cancellationToken);
        if (refusal is null && columns.Count != 1)
        {
            Add(path, [$"{file} gives {columns.Count} columns: select one, which says whether a run is expected on @run_date"]);
            return;
        }

        if (refusal is null && !SaysYesOrNo(columns[0].Type))
        {
            Add(path, [$"{file} gives neither true, false nor a number: select one of them, such as working_day"]);
            return;
        }

        await CheckSqlAsync(path, file, sql, cancellationToken);
    }

    /// <summary>As <see cref="Gate.DayQuery"/> reads it.</summary>
    private static bool SaysYesOrNo(string type) =>
        type is "boolean" or "smallint" or "integer" or "bigint" or "real" or "double precision" or "money"
        || type.StartsWith("numeric", StringComparison.Ordinal);

    private async Task CheckSqlAsync(string path, string file, string sql, CancellationToken cancellationToken)
    {
        var (_, refusal) = await SqlTrial.PrepareAsync(_connection, _path, sql, cancellationToken);
        refusal ??= await SqlTrial.PlanAsync(_connection, _path, sql, cancellationToken);
        if (refusal is not null)
        {
            Add(path, [Describe(file, refusal)]);
        }
    }

    /// <summary>The author's SQL begins on the second line of what is sent.</summary>
    private string Describe(string file, SqlRefusal refusal)
    {
        _isInUse |= refusal.SqlState == PostgresErrorCodes.LockNotAvailable;
        return $"{file}{(refusal.Line > 1 ? $", line {refusal.Line - 1}" : "")}: {refusal.Description}{refusal.Remedy}";
    }

    private static string NearOrAll(string name, IReadOnlyList<string> names) => NearestWord.Of(name, names) is { } near
        ? $"; did you mean {near}?"
        : $"; there are {string.Join(", ", names)}";

    private void Add(string path, IEnumerable<string> messages) =>
        _faults.AddRange(messages.Select(message => new DefinitionFault(path, message)));
}
