using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Export;

/// <summary>The columns of a table whose values have a decimal sign, and how each is selected so that the sign is a comma.</summary>
internal sealed class DecimalColumns
{
    private readonly Dictionary<string, bool> _isMoney;

    private DecimalColumns(Dictionary<string, bool> isMoney) => _isMoney = isMoney;

    public static async Task<DecimalColumns> ReadAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var isMoney = new Dictionary<string, bool>();
        await using var command = connection.Embedded("Export/number_columns", ("schema", table.Schema), ("table", table.Name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            isMoney.Add(reader.Get<string>(0), reader.Get<bool>(1));
        }

        return new DecimalColumns(isMoney);
    }

    /// <param name="column">The column's name.</param>
    /// <param name="value">The SQL of its value.</param>
    /// <returns>The SQL of what is written; of money the plain number, without currency and thousands separators.</returns>
    public string WithComma(string column, string value) => _isMoney.TryGetValue(column, out var isMoney)
        ? $"pg_catalog.translate({value}{(isMoney ? "::pg_catalog.numeric" : "")}::pg_catalog.text, '.', ',') as {TableName.Quote(column)}"
        : value;
}
