using EtlWorker.Definitions;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Validate;

/// <summary>What there is of a table that a definition names, and what the worker's login may do with it.</summary>
internal sealed record TableRights
{
    public required TableName Table { get; init; }

    public required bool HasSchema { get; init; }

    public required bool MayUseSchema { get; init; }

    /// <summary><c>pg_class.relkind</c>; null where there is no such table.</summary>
    public required string? Kind { get; init; }

    /// <summary>The rights that it has, as GRANT names them.</summary>
    public required IReadOnlySet<string> Rights { get; init; }

    /// <summary>Whether row-level security keeps rows from this login.</summary>
    public required bool HasPolicies { get; init; }

    /// <summary>The tables of its schema.</summary>
    public required IReadOnlyList<string> Neighbours { get; init; }

    /// <summary>The login, quoted where it must be.</summary>
    public required string Login { get; init; }

    public bool IsTable => Kind is "r" or "p";

    /// <summary>Of each table, in their order.</summary>
    public static async Task<IReadOnlyList<TableRights>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<TableName> tables, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Validate/table_rights",
            ("schemas", tables.Select(table => table.Schema).ToArray()), ("tables", tables.Select(table => table.Name).ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<TableRights>();
        while (await reader.ReadAsync(cancellationToken))
        {
            string[] all = ["select", "insert", "update", "delete", "truncate"];
            found.Add(new TableRights
            {
                Table = tables[found.Count],
                HasSchema = reader.Get<bool>(0),
                MayUseSchema = reader.Get<bool>(1),
                Kind = reader.GetOrNull<string>(2),
                Rights = all.Where((_, index) => reader.Get<bool>(3 + index)).ToHashSet(),
                HasPolicies = reader.Get<bool>(8),
                Neighbours = reader.Get<string[]>(9),
                Login = reader.Get<string>(10),
            });
        }

        return found;
    }

    /// <summary>What keeps the table from being used.</summary>
    /// <param name="needed">Rights, as GRANT names them.</param>
    public IEnumerable<string> FaultsFor(IReadOnlyList<string> needed)
    {
        if (!HasSchema)
        {
            yield return $"the database has no schema {Table.Schema}: "
                + $"create schema {Identifier(Table.Schema)}, and the table {Table} in it";
            yield break;
        }

        if (!MayUseSchema)
        {
            yield return $"the login may not use the schema {Table.Schema}: grant usage on schema {Identifier(Table.Schema)} to {Login}";
        }

        if (Kind is null)
        {
            var near = NearestWord.Of(Table.Name, Neighbours);
            yield return $"the database has no table {Table}{(near is null ? ": create it" : $"; did you mean {Table.Schema}.{near}?")}";
            yield break;
        }

        if (!IsTable)
        {
            yield return $"{Table} is {(Kind == "f" ? "a foreign table" : "a view")}, and the worker fills tables only: name a table";
            yield break;
        }

        if (needed.Except(Rights).ToList() is { Count: > 0 } missing)
        {
            var list = string.Join(", ", missing);
            yield return $"the login lacks {list} on {Table}: "
                + $"grant {list} on {Identifier(Table.Schema)}.{Identifier(Table.Name)} to {Login}";
        }

        if (HasPolicies)
        {
            yield return $"row-level security applies to the login on {Table}, and COPY takes no policies: "
                + $"let the login own the table without FORCE, or alter role {Login} bypassrls";
        }
    }

    /// <summary>As a person types it: with quotes only where they are needed.</summary>
    private static string Identifier(string name) =>
        name.All(letter => letter is (>= 'a' and <= 'z') or '_' or (>= '0' and <= '9')) && !char.IsAsciiDigit(name[0])
            ? name
            : TableName.Quote(name);
}
