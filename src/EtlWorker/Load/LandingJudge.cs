using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// The careful path: takes from a landing table what its table would refuse, and moves the rest. Rules that can be asked for
/// all rows at once are; what the table refuses for another reason is found by halving.
/// </summary>
/// <param name="connection">The data connection, in the run's transaction.</param>
/// <param name="path">Where the table's triggers look for names.</param>
/// <param name="landing">The rows, with their raw text.</param>
/// <param name="earlier">The rows of the parts before; null where the file is no part, or the first.</param>
/// <param name="rejects">Takes what is refused.</param>
internal sealed class LandingJudge(
    NpgsqlConnection connection, SearchPath path, LandingTable landing, EarlierParts? earlier, RejectLog rejects)
{
    private const string Savepoint = "etl_landing";
    private const string Met = "pg_temp.etl_met";

    private static readonly string Refused = $"{LandingTable.Line}, {LandingTable.RawText}";
    private readonly IReadOnlyList<TargetColumn> _parsedByServer = [.. landing.Columns.Where(column => column.Codec is null)];
    private bool _hasIndex;
    private long _moved;

    /// <returns>How many rows were added or replaced.</returns>
    public async Task<long> MoveAsync(CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"analyze {LandingTable.Name}", cancellationToken);
        foreach (var rule in await RulesAsync(cancellationToken))
        {
            if (CanBeAsked(rule))
            {
                // What cannot be asked, such as of a table that this login may not read, is left to the halving.
                await TryAsync(
                    () => connection.LimitedAsync($"judging rows of {landing.Feed.Name} by {rule.Name}", () => JudgeAsync(rule, cancellationToken)),
                    TableRefusal.IsOfStatement, cancellationToken);
            }
        }

        var last = await LastLineAsync(cancellationToken);
        await path.UseAsync(connection, () => MoveHalvingAsync(1, last, cancellationToken), cancellationToken);
        return _moved;
    }

    private async Task<List<TableRule>> RulesAsync(CancellationToken cancellationToken)
    {
        var rules = new List<TableRule>();
        await using var command = connection.Embedded("Load/table_rules", ("schema", landing.Target.Name.Schema), ("table", landing.Target.Name.Name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rules.Add(new TableRule
            {
                Kind = reader.Get<string>(0) switch { "check" => TableRuleKind.Check, "foreign key" => TableRuleKind.ForeignKey, _ => TableRuleKind.UniqueKey },
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
        && rule.Columns.All(name => landing.Columns.Any(column => column.Name == name && column.Codec is not null))
        && (rule.Kind != TableRuleKind.UniqueKey || landing.Feed.Mode != LoadMode.Merge);

    private async Task JudgeAsync(TableRule rule, CancellationToken cancellationToken)
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
                await MeetAsync(rule, landing.Target.Name, rule.Columns, cancellationToken);
                if (earlier is not null)
                {
                    await RefusePartAsync(rule, InPart, KnownOfPart(rule), cancellationToken);
                }

                await RefuseAsync(rule, RejectCode.DuplicateKey, _ => $"the table has a row with its {Names(rule)} already ({rule.Name})", Known(rule), cancellationToken);
                await RefuseAsync(rule, RejectCode.DuplicateKey, line => $"line {line} has the same {Names(rule)} ({rule.Name})", Repeated(rule), cancellationToken);
                break;
        }

        string InPart(long? line, int? part) => $"line {line} of {earlier!.KeyOf(part!.Value)} has the same {Names(rule)} ({rule.Name})";
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
    private static string Same(TableRule rule, string other, IReadOnlyList<string> keys) => string.Join(" and ", rule.Columns.Select((own, place) =>
    {
        var (there, here) = ($"{other}.{TableName.Quote(keys[place])}", $"landed.{TableName.Quote(own)}");
        var same = $"{there}{rule.ForeignForms[place]} {rule.Operators[place]} {here}{rule.Forms[place]}";
        return rule.NullsEqual ? $"({same} or ({there} is null and {here} is null))" : same;
    }));

    private string WithoutReferred(TableRule rule)
    {
        var there = Same(rule, "referred", rule.ForeignColumns);
        var orHere = rule.Foreign == landing.Target.Name ? $"and not exists (select from {LandingTable.Name} as referred where {there})" : "";
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

    private static string Repeated(TableRule rule) =>
        $"""
        delete from {LandingTable.Name} as landed
        using (
            select
                {LandingTable.Line} as line,
                pg_catalog.first_value({LandingTable.Line}) over same as first_line
            from {LandingTable.Name} as listed
            where {(rule.NullsEqual ? "true" : Filled(rule, "listed"))}
            window same as (partition by {string.Join(", ", rule.Columns.Zip(rule.Forms, (name, form) => TableName.Quote(name) + form))} order by {LandingTable.Line})
        ) as place
        where place.line operator(pg_catalog.=) landed.{LandingTable.Line} and place.first_line operator(pg_catalog.<) place.line
        returning {Refused}, place.first_line
        """;

    private static string Filled(TableRule rule, string table) =>
        string.Join(" and ", rule.Columns.Select(name => $"{table}.{TableName.Quote(name)} is not null"));

    private static string Names(TableRule rule) => string.Join(", ", rule.Columns);

    /// <summary>What an earlier part brought into the table, with the part and the line.</summary>
    private static string KnownOfPart(TableRule rule)
    {
        var names = string.Join(", ", rule.Columns.Select(TableName.Quote));
        var keys = string.Join(", ", rule.Columns.Zip(rule.Forms, (name, form) => TableName.Quote(name) + form));
        return $"""
            delete from {LandingTable.Name} as landed
            using (
                select distinct on ({keys}) {names}, {EarlierParts.Part}, {LandingTable.Line} as line
                from {EarlierParts.Name}
                order by {keys}, {EarlierParts.Part}, {LandingTable.Line}
            ) as former
            where {Same(rule, "former", rule.Columns)} and exists (select from {Met} as met where {Same(rule, "met", rule.Columns)})
            returning {LandingTable.Line}, {LandingTable.RawText}, former.line, former.{EarlierParts.Part}
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

    /// <summary>Moves the rows between two lines; where the table refuses one of them, each half by itself, down to the row at fault.</summary>
    private async Task MoveHalvingAsync(long from, long to, CancellationToken cancellationToken)
    {
        if (await TryAsync(async () => _moved += await landing.MoveAsync(connection, from, to, cancellationToken), TableRefusal.Is, cancellationToken) is not { } refusal)
        {
            return;
        }

        if (!_hasIndex)
        {
            await connection.ExecuteAsync($"create index on {LandingTable.Name} ({LandingTable.Line})", cancellationToken);
            _hasIndex = true;
        }

        if (from == to)
        {
            var (code, column, reason) = TableRefusal.Describe(refusal, _parsedByServer);
            await rejects.RefuseAsync(new Reject(from, column, code, reason, await RawTextAsync(from, cancellationToken)), 1, cancellationToken);
            return;
        }

        var middle = from + ((to - from) / 2);
        await MoveHalvingAsync(from, middle, cancellationToken);
        await MoveHalvingAsync(middle + 1, to, cancellationToken);
    }

    private async Task<long> LastLineAsync(CancellationToken cancellationToken)
    {
        await using var command = connection.Text($"select coalesce(pg_catalog.max({LandingTable.Line}), 1) from {LandingTable.Name}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<string> RawTextAsync(long line, CancellationToken cancellationToken)
    {
        await using var command = connection.Text(
            $"select {LandingTable.RawText} from {LandingTable.Name} where {LandingTable.Line} operator(pg_catalog.=) @line", ("line", line));
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <returns>The refusal that undid the statement; null when it was done.</returns>
    private async Task<PostgresException?> TryAsync(Func<Task> statement, Func<PostgresException, bool> isRefusal, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            await statement();
            await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
            return null;
        }
        catch (PostgresException refusal) when (isRefusal(refusal))
        {
            await connection.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);
            return refusal;
        }
    }
}
