using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// The row-by-row path: takes from a landing table what its table would refuse, and moves the rest. Rules that can be asked for
/// all rows at once are; what the table refuses for another reason is found by halving.
/// </summary>
/// <param name="connection">The data connection, in the run's transaction.</param>
/// <param name="job">What is loaded, with the parts before it, and the deferred constraints that are judged now.</param>
/// <param name="landing">The rows, with their raw text.</param>
/// <param name="rejects">Takes what is refused.</param>
/// <param name="indexes">Of the landing table's target.</param>
internal sealed class LandingJudge(
    NpgsqlConnection connection, FeedJob job, LandingTable landing, RejectLog rejects, TableIndexes indexes)
{
    /// <summary>
    /// Rows that a trigger or a rule drops are reported one by one up to here: each takes some twenty statements to be found.
    /// </summary>
    private const int MostDroppedNamed = 1_000;
    private const string Savepoint = "etl_landing";
    private const string Met = "pg_temp.etl_met";

    /// <summary>The landed rows whose key an earlier row has, while it is open whether that one loads.</summary>
    private const string Repeats = "pg_temp.etl_repeated";
    private const string FirstLine = "\"etl: first line\"";
    private const string ByRule = "\"etl: rule\"";

    private static readonly string Refused = $"{LandingTable.Line}, {LandingTable.RawText}";
    private const int Probes = 20;
    private bool _hasIndex;
    private bool _isProbed;
    private bool _isMovedWhole;
    private long _moved;
    private long _droppedNamed;
    private long _droppedUnnamed;

    /// <summary>What the notice must tell.</summary>
    public IEnumerable<string> Warnings => _droppedUnnamed == 0
        ? []
        :
        [
            $"{landing.Feed.Name}: {Counted.Of(_droppedUnnamed, "more row")} not stored: a trigger of {landing.Target.Name}, or a rule, "
                + "drops them; which they are was not looked for",
        ];

    /// <returns>How many rows were added or replaced.</returns>
    public async Task<long> MoveAsync(CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            drop table if exists {Repeats};
            create temporary table etl_repeated on commit drop as
            select landed.*, null::bigint as {FirstLine}, null::int as {ByRule} from {LandingTable.Name} as landed with no data
            """, cancellationToken);
        var rules = (await RulesAsync(cancellationToken)).Where(CanBeAsked).ToList();
        do
        {
            await connection.ExecuteAsync($"analyze {LandingTable.Name}", cancellationToken);
            for (var number = 0; number < rules.Count; number++)
            {
                // What cannot be asked, such as of a table that this login may not read, is left to the halving.
                var (rule, place) = (rules[number], number);
                await TryAsync(
                    () => connection.LimitedAsync(
                        $"judging rows of {landing.Feed.Name} by {rule.Name}", () => JudgeAsync(rule, place, cancellationToken)),
                    TableRefusal.IsOfStatement, cancellationToken);
            }

            await MoveLandedAsync(cancellationToken);
        }
        while (await LandAgainAsync(rules, cancellationToken));

        return _moved;
    }

    /// <summary>
    /// Moves what is left. Only all rows of a file are worth that the indexes are made after them; which row these refuse is found with
    /// them in place.
    /// </summary>
    private async Task MoveLandedAsync(CancellationToken cancellationToken)
    {
        ServerError? refused = null;
        if (indexes.Obstacle is null && !_isMovedWhole)
        {
            _isMovedWhole = true;
            (refused, var dropped) = await TryMoveAsync(
                () => indexes.FillAsync(
                    connection,
                    () => job.SearchPath.UseAsync(
                        connection, () => landing.MoveAllAsync(connection, cancellationToken), cancellationToken),
                    cancellationToken),
                cancellationToken);
            if (refused is null && dropped == 0)
            {
                return;
            }
        }

        var last = await LastLineAsync(cancellationToken);
        await job.SearchPath.UseAsync(connection, () => MoveHalvingAsync(1, last, refused, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Of the rows of a key the first that is good counts. Where it turned out to be none, whatever refused it, the others of its key are
    /// judged anew; those of a key whose first row is loaded are refused.
    /// </summary>
    /// <returns>Whether any landed again.</returns>
    private async Task<bool> LandAgainAsync(List<TableRule> rules, CancellationToken cancellationToken)
    {
        // What is left of the landed rows is what was moved.
        await using (var open = connection.Text(
            $"""
            with loaded as materialized (
                select landed.{LandingTable.Line} as line
                from {LandingTable.Name} as landed
                where landed.{LandingTable.Line} in (select {FirstLine} from {Repeats})
            )
            update {Repeats} as repeated set {FirstLine} = null
            where not exists (select from loaded where loaded.line operator(pg_catalog.=) repeated.{FirstLine})
            """))
        {
            await open.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var command = connection.Text(
            $"""
            with refused as (
                delete from {Repeats} where {FirstLine} is not null
                returning {LandingTable.Line} as line, {LandingTable.RawText} as raw_text, {FirstLine} as first_line, {ByRule} as rule
            )
            select line, raw_text, first_line, rule from refused order by line
            """))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var rule = rules[reader.Get<int>(3)];
                var reason = $"line {reader.Get<long>(2)} has the same {Names(rule)} ({rule.Name})";
                await rejects.RefuseAsync(
                    new Reject(reader.Get<long>(0), Names(rule), RejectCode.DuplicateKey, reason, reader.Get<string>(1)), 1,
                    cancellationToken);
            }
        }

        var columns = string.Join(", ", landing.CopiedColumns.Prepend(Refused));
        await connection.ExecuteAsync($"truncate {LandingTable.Name}", cancellationToken);
        await using var again = connection.Text($"insert into {LandingTable.Name} ({columns}) select {columns} from {Repeats}");
        var landed = await again.ExecuteNonQueryAsync(cancellationToken);
        await connection.ExecuteAsync($"truncate {Repeats}", cancellationToken);
        return landed > 0;
    }

    private async Task<List<TableRule>> RulesAsync(CancellationToken cancellationToken)
    {
        var rules = new List<TableRule>();
        await using var command = connection.Embedded("Load/table_rules",
            ("schema", landing.Target.Name.Schema), ("table", landing.Target.Name.Name), ("judged", job.Judged.ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rules.Add(new TableRule
            {
                Kind = reader.Get<string>(0) switch
                {
                    "check" => TableRuleKind.Check,
                    "foreign key" => TableRuleKind.ForeignKey,
                    _ => TableRuleKind.UniqueKey,
                },
                Name = reader.Get<string>(1),
                Expression = reader.GetOrNull<string>(2),
                Columns = reader.GetOrNull<string[]>(3) ?? [],
                Foreign = reader.GetOrNull<string>(4) is { } schema ? new TableName(schema, reader.Get<string>(5)) : null,
                ForeignColumns = reader.GetOrNull<string[]>(6) ?? [],
                NullsEqual = reader.Get<bool>(7),
                Operators = reader.GetOrNull<string?[]>(8) ?? [],
                Forms = reader.GetOrNull<string[]>(9) ?? [],
                ForeignForms = reader.GetOrNull<string[]>(10) ?? [],
            });
        }

        return rules;
    }

    /// <summary>Only about columns that wait with their own type. Rows that merge may take the place of those they resemble.</summary>
    private bool CanBeAsked(TableRule rule) =>
        rule.Columns.Count > 0
        && rule.Operators.All(name => name is not null)
        && rule.Columns.All(name => landing.Plain.Any(column => column.Name == name && column.Codec is not null))
        && (rule.Kind != TableRuleKind.UniqueKey || landing.Feed.Mode != LoadMode.Merge);

    private async Task JudgeAsync(TableRule rule, int number, CancellationToken cancellationToken)
    {
        switch (rule.Kind)
        {
            case TableRuleKind.Check:
                await RefuseAsync(rule, RejectCode.Constraint, _ => $"refused by the check {rule.Name}",
                    $"delete from {LandingTable.Name} where not ({rule.Expression}) returning {Refused}, null::bigint", cancellationToken);
                break;
            case TableRuleKind.ForeignKey:
                await MeetAsync(rule, rule.Foreign!, rule.ForeignColumns, cancellationToken);
                // A row may refer to another one of the same file, which may go because of its own.
                while (await RefuseAsync(rule, RejectCode.Constraint, _ => $"refers to a row that is not in {rule.Foreign} ({rule.Name})",
                    WithoutReferred(rule), cancellationToken) > 0 && rule.Foreign == landing.Target.Name)
                {
                }

                break;
            default:
                if (await IsEmptyAsync(cancellationToken))
                {
                    await connection.ExecuteAsync(Repeated(rule, number), cancellationToken);
                    break;
                }

                await MeetAsync(rule, landing.Target.Name, rule.Columns, cancellationToken);
                if (job.Earlier is not null)
                {
                    await RefusePartAsync(rule, InPart, KnownOfPart(rule), cancellationToken);
                }

                await RefuseAsync(
                    rule, RejectCode.DuplicateKey, _ => $"the table has a row with its {Names(rule)} already ({rule.Name})", Known(rule),
                    cancellationToken);
                await connection.ExecuteAsync(Repeated(rule, number), cancellationToken);
                break;
        }

        string InPart(long? line,
            int? part) => $"line {line} of {job.Earlier!.KeyOf(part!.Value)} has the same {Names(rule)} ({rule.Name})";
    }

    /// <summary>Whether the table was just emptied, so that it has no key yet. A trigger of another table may have added rows.</summary>
    private async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        if (job is not { IsTruncated: true, Parts: 1 } || _moved > 0)
        {
            return false;
        }

        await using var any = connection.Text($"select exists (select 1 from {landing.Target.Name.Quoted})");
        return await any.ExecuteScalarAsync(cancellationToken) is false;
    }

    /// <summary>
    /// Lists the keys of the landed rows that another table has. A cluster joins its tables with a temporary one in a SELECT, and
    /// in no DELETE.
    /// </summary>
    private async Task MeetAsync(TableRule rule, TableName table, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            drop table if exists {Met};
            create temporary table etl_met on commit drop as
            select distinct {string.Join(", ", keys.Select(key => $"met.{TableName.Quote(key)}"))}
            from {LandingTable.Name} as landed join {table.Quoted} as met on {Same(rule, "met", keys)}
            """, cancellationToken);
    }

    /// <summary>That a landed row has the key of another one, compared as the table compares it: nobody else's operator is meant.</summary>
    private static string Same(
        TableRule rule, string other, IReadOnlyList<string> keys) => string.Join(" and ", rule.Columns.Select((own, place) =>
    {
        var (there, here) = ($"{other}.{TableName.Quote(keys[place])}", $"landed.{TableName.Quote(own)}");
        var same = $"{there}{rule.ForeignForms[place]} {rule.Operators[place]} {here}{rule.Forms[place]}";
        return rule.NullsEqual ? $"({same} or ({there} is null and {here} is null))" : same;
    }));

    private string WithoutReferred(TableRule rule)
    {
        var there = Same(rule, "referred", rule.ForeignColumns);
        var orHere =
            rule.Foreign == landing.Target.Name ? $"and not exists (select from {LandingTable.Name} as referred where {there})" : "";
        return $"""
            delete from {LandingTable.Name} as landed
            where {Filled(rule, "landed")} and not exists (select from {Met} as referred where {there}) {orHere}
            returning {Refused}, null::bigint
            """;
    }

    /// <summary>What stood in the table before this file counts as the first.</summary>
    private static string Known(TableRule rule) =>
        $"""
        delete from {LandingTable.Name} as landed
        where exists (
            select from {Met} as former
            where {Same(rule, "former", rule.Columns)})
        returning {Refused}, null::bigint
        """;

    private static string Repeated(TableRule rule, int number) =>
        $"""
        with repeated as (
            delete from {LandingTable.Name} as landed
            using (
                select
                    {LandingTable.Line} as line,
                    pg_catalog.first_value({LandingTable.Line}) over same as first_line
                from {LandingTable.Name} as listed
                where {(rule.NullsEqual ? "true" : Filled(rule, "listed"))}
                window same as (partition by {Keys(rule)} order by {LandingTable.Line})
            ) as place
            where place.line operator(pg_catalog.=) landed.{LandingTable.Line} and place.first_line operator(pg_catalog.<) place.line
            returning landed.*, place.first_line
        )
        insert into {Repeats} select repeated.*, {number} from repeated
        """;

    private static string Filled(TableRule rule, string table) =>
        string.Join(" and ", rule.Columns.Select(name => $"{table}.{TableName.Quote(name)} is not null"));

    private static string Keys(TableRule rule) =>
        string.Join(", ", rule.Columns.Zip(rule.Forms, (name, form) => TableName.Quote(name) + form));

    private static string Names(TableRule rule) => string.Join(", ", rule.Columns);

    /// <summary>What an earlier part brought into the table, with the part and the line.</summary>
    private static string KnownOfPart(TableRule rule)
    {
        var names = string.Join(", ", rule.Columns.Select(TableName.Quote));
        var keys = Keys(rule);
        return $"""
            delete from {LandingTable.Name} as landed
            using (
                select distinct on ({keys}) {names}, {EarlierParts.Part}, {LandingTable.Line}
                from {EarlierParts.Name}
                order by {keys}, {EarlierParts.Part}, {LandingTable.Line}
            ) as former
            where {Same(rule, "former", rule.Columns)} and exists (select from {Met} as met where {Same(rule, "met", rule.Columns)})
            returning landed.{LandingTable.Line}, landed.{LandingTable.RawText}, former.{LandingTable.Line}, former.{EarlierParts.Part}
            """;
    }

    private Task<long> RefuseAsync(
        TableRule rule, RejectCode code, Func<long?, string> reason, string delete, CancellationToken cancellationToken)
    {
        var refused = $"with refused (line, raw_text, kept) as ({delete}) select line, raw_text, kept, null::pg_catalog.int4";
        return RefuseAsync(rule, code, (line, _) => reason(line), refused, cancellationToken);
    }

    private Task<long> RefusePartAsync(
        TableRule rule, Func<long?, int?, string> reason, string delete, CancellationToken cancellationToken)
    {
        var refused = $"with refused (line, raw_text, kept, part) as ({delete}) select line, raw_text, kept, part";
        return RefuseAsync(rule, RejectCode.DuplicateKey, reason, refused, cancellationToken);
    }

    /// <param name="rule">By which the rows are refused.</param>
    /// <param name="code">Why.</param>
    /// <param name="reason">The same in words, given the line, and the earlier part, of the row that was kept instead.</param>
    /// <param name="delete">Takes the rows away and selects line, raw text, and the line and part of the row kept instead.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    private async Task<long> RefuseAsync(
        TableRule rule, RejectCode code, Func<long?, int?, string> reason, string delete, CancellationToken cancellationToken)
    {
        var refused = 0L;
        await using var command = connection.Text($"{delete} from refused order by line");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            refused++;
            var words = reason(reader.Get<long?>(2), reader.Get<int?>(3));
            var reject = new Reject(reader.Get<long>(0), Names(rule), code, words, reader.Get<string>(1));
            await rejects.RefuseAsync(reject, 1, cancellationToken);
        }

        return refused;
    }

    /// <summary>
    /// Moves the rows between two lines; where the table refuses one of them, each half by itself, down to the row at fault.
    /// </summary>
    /// <param name="from">The first line.</param>
    /// <param name="to">The last line.</param>
    /// <param name="refused">With what the table refused all of them, where they were tried.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private async Task MoveHalvingAsync(long from, long to, ServerError? refused, CancellationToken cancellationToken)
    {
        var (refusal, dropped) = refused is not null && from < to
            ? (refused, 0)
            : await TryMoveAsync(() => landing.MoveAsync(connection, from, to, cancellationToken), cancellationToken);
        if (refusal is null && dropped == 0)
        {
            return;
        }

        if (!_hasIndex)
        {
            await connection.ExecuteAsync($"create index on {LandingTable.Name} ({LandingTable.Line})", cancellationToken);
            _hasIndex = true;
        }

        if (refusal is not null && !TableRefusal.IsOfData(refusal) && !_isProbed)
        {
            _isProbed = true;
            await ProbeAsync(refusal.SqlState, cancellationToken);
        }

        if (from == to)
        {
            _droppedNamed += dropped;
            var (code, column, reason) = refusal is null
                ? (RejectCode.Constraint, null, "not stored: a trigger of the table, or a rule, drops it")
                : TableRefusal.Describe(refusal, await RefusedOfAsync(refusal, from, cancellationToken));
            await rejects.RefuseAsync(new Reject(from, column, code, reason, await TakeAsync(from, cancellationToken)), 1,
                cancellationToken);
            return;
        }

        var middle = from + ((to - from) / 2);
        await MoveHalvingAsync(from, middle, null, cancellationToken);
        await MoveHalvingAsync(middle + 1, to, null, cancellationToken);
    }

    /// <summary>
    /// Which columns a refusal of a row can be of. Of a value that a type does not take the server names no column: where it parses several
    /// of the row, each is asked for by itself.
    /// </summary>
    private async Task<IReadOnlyList<TargetColumn>> RefusedOfAsync(ServerError refusal, long line, CancellationToken cancellationToken)
    {
        var parsed = landing.Plain.Where(column => column.Codec is null).ToList();
        if (refusal.SqlState is not ['2', '2', ..] || parsed.Count < 2)
        {
            return landing.Columns;
        }

        foreach (var column in parsed)
        {
            await using var parse = connection.Text(
                $"select {landing.Moved(column)} is null from {LandingTable.Name} where {LandingTable.Line} operator(pg_catalog.=) @line",
                ("line", line));
            if (await TryAsync(() => parse.ExecuteScalarAsync(cancellationToken), TableRefusal.IsOfData, cancellationToken) is { } own
                && own.SqlState == refusal.SqlState)
            {
                return [column];
            }
        }

        return landing.Columns;
    }

    /// <summary>Moves rows, unless the table refuses one, or drops one that is still to be reported.</summary>
    private async Task<(ServerError? Refusal, long Dropped)> TryMoveAsync(
        Func<Task<(long Moved, long Dropped)>> move, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            var (moved, dropped) = await move();
            if (dropped == 0 || _droppedNamed >= MostDroppedNamed)
            {
                await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
                _moved += moved;
                _droppedUnnamed += dropped;
                await (dropped > 0 ? rejects.RefuseAsync(null, checked((int)dropped), cancellationToken) : ValueTask.CompletedTask);
                return (null, 0);
            }

            await UndoAsync(cancellationToken);
            return (null, dropped);
        }
        catch (Exception fault) when (ServerError.Of(fault) is { } refusal && TableRefusal.Is(refusal))
        {
            await UndoAsync(cancellationToken);
            return (refusal, 0);
        }
    }

    private Task UndoAsync(CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);

    /// <summary>Where the table refuses every row in the same way, and not for its values, no row is at fault.</summary>
    /// <exception cref="RunFailedException">It refuses all of a probe of rows from all over the file.</exception>
    private async Task ProbeAsync(string state, CancellationToken cancellationToken)
    {
        var lines = new List<long>();
        await using (var command = connection.Text(
            $"""
            select line
            from (
                select {LandingTable.Line} as line, pg_catalog.row_number() over (order by {LandingTable.Line}) as place,
                    pg_catalog.count(*) over () as number
                from {LandingTable.Name}
            ) as placed
            where number operator(pg_catalog.>=) {Probes}
                and (place operator(pg_catalog.-) 1) operator(pg_catalog.%) (number operator(pg_catalog./) {Probes}) operator(
                    pg_catalog.=) 0
            order by line
            """))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                lines.Add(reader.Get<long>(0));
            }
        }

        foreach (var line in lines)
        {
            if (await RefusalOfAsync(line, cancellationToken) is not { } refusal || refusal.SqlState != state)
            {
                return;
            }
        }

        if (lines.Count > 0)
        {
            throw new RunFailedException(
                $"{landing.Target.Name} refuses every row that was tried, {lines.Count} from all over the file, with SQLSTATE {state}: "
                    + "a trigger, an index or a type of the table fails, whatever the row",
                "Look for the message in PostgreSQL's log, correct the table or what its triggers call, and retry the date.")
            { IsOfFile = false };
        }
    }

    /// <returns>With what the table refuses a row; null where it takes it. The row is not moved.</returns>
    private async Task<ServerError?> RefusalOfAsync(long line, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        ServerError? refused = null;
        try
        {
            await landing.MoveAsync(connection, line, line, cancellationToken);
        }
        catch (Exception fault) when (ServerError.Of(fault) is { } refusal && TableRefusal.Is(refusal))
        {
            refused = refusal;
        }

        await UndoAsync(cancellationToken);
        return refused;
    }

    private async Task<long> LastLineAsync(CancellationToken cancellationToken)
    {
        await using var command = connection.Text($"select coalesce(pg_catalog.max({LandingTable.Line}), 1) from {LandingTable.Name}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Takes a row away.</summary>
    /// <returns>Its text in the file.</returns>
    private async Task<string> TakeAsync(long line, CancellationToken cancellationToken)
    {
        await using var command = connection.Text(
            $"delete from {LandingTable.Name} where {LandingTable.Line} operator(pg_catalog.=) @line returning {LandingTable.RawText}",
            ("line", line));
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <returns>The refusal that undid the statement; null when it was done.</returns>
    private async Task<ServerError?> TryAsync(
        Func<Task> statement, Func<ServerError, bool> isRefusal, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            await statement();
            await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
            return null;
        }
        catch (Exception fault) when (ServerError.Of(fault) is { } refusal && isRefusal(refusal))
        {
            await UndoAsync(cancellationToken);
            return refusal;
        }
    }
}
