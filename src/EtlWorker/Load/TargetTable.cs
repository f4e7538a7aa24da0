using EtlWorker.Domain.Text;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>The table is the schema: its columns are read from the catalogue at the start of each load.</summary>
/// <param name="Name">Schema-qualified.</param>
/// <param name="Columns">In the table's order, generated columns left out.</param>
internal sealed record TargetTable(TableName Name, IReadOnlyList<TargetColumn> Columns)
{
    /// <summary>Whether a trigger or a rule of its may keep a row from being stored, and say nothing.</summary>
    public bool MayDropRows { get; init; }

    /// <summary>What its database can store.</summary>
    public CharacterSet Characters { get; init; } = CharacterSet.Unicode;

    /// <returns>Rows that this transaction has stored in it, and in what inherits from it; null where nothing is counted, or need
    /// be.</returns>
    public async Task<long?> StoredAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!MayDropRows)
        {
            return null;
        }

        await using var command = connection.Embedded("Load/stored_rows", ("schema", Name.Schema), ("table", Name.Name));
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }
}
