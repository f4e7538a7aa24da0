using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>Reads what a table takes from PostgreSQL's catalogue.</summary>
internal static class TableCatalogue
{
    /// <exception cref="RunFailedException">The table does not exist.</exception>
    public static async Task<TargetTable> ReadAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var characters = ServerEncoding.Of(connection);
        var columns = new List<TargetColumn>();
        await using var command = connection.Embedded("Load/table_columns", ("schema", table.Schema), ("table", table.Name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var name = reader.Get<string>(0);
            var codec = CodecFor(reader.Get<string>(2), reader.Get<int>(3), characters);
            columns.Add(new TargetColumn(name, reader.Get<string>(1), codec, reader.Get<bool>(4), reader.Get<bool>(5))
            {
                BaseType = reader.Get<string>(6),
                IsDomain = reader.Get<bool>(7),
                IsText = reader.Get<bool>(8),
            });
        }

        await reader.CloseAsync();
        return columns.Count > 0
            ? new TargetTable(table, columns)
            {
                MayDropRows = await MayDropRowsAsync(connection, table, cancellationToken),
                Characters = characters,
            }
            : throw new RunFailedException(
                $"The table {table} does not exist, or has no columns, or its schema may not be used by this login",
                "Create it, by a migration of the definition's or by hand, or correct the feed's table in the definition.")
            { IsOfFile = false };
    }

    private static async Task<bool> MayDropRowsAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Load/may_drop_rows", ("schema", table.Schema), ("table", table.Name));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <param name="type">The type's name in <c>pg_catalog</c>.</param>
    /// <param name="modifier"><c>atttypmod</c>: for varchar and char the length plus 4, for times the precision; or -1.</param>
    /// <param name="characters">What the database can store.</param>
    /// <returns>Null when only PostgreSQL can read the type's text.</returns>
    public static FieldCodec? CodecFor(string type, int modifier, CharacterSet characters) => type switch
    {
        "int2" => new IntegerCodec(2),
        "int4" => new IntegerCodec(4),
        "int8" => new IntegerCodec(8),
        "date" => new DateCodec(),
        "bool" => new BooleanCodec(),
        "text" => new TextCodec(null, characters),
        "varchar" or "bpchar" => new TextCodec(modifier < 0 ? null : modifier - 4, characters),
        "numeric" => NumericCodec.ForModifier(modifier),
        "money" => new MoneyCodec(),
        "float4" => new FloatCodec(4),
        "float8" => new FloatCodec(8),
        "time" => new TimeCodec(modifier < 0 ? null : modifier),
        "timestamp" => new TimestampCodec(modifier < 0 ? null : modifier),
        "timestamptz" => new TimestampTzCodec(modifier < 0 ? null : modifier),
        "uuid" => new UuidCodec(),
        "bytea" => new ByteaCodec(),
        // An escape in them may stand for a character that another encoding does not have.
        "json" when characters == CharacterSet.Unicode => new JsonCodec(),
        "jsonb" when characters == CharacterSet.Unicode => new JsonbCodec(),
        _ => null,
    };
}
