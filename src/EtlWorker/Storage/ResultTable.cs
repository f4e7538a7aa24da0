using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>An analysis' table as the catalogue has it: the run date's column, the result's columns, the key.</summary>
/// <param name="Name">Schema-qualified.</param>
/// <param name="ResultColumns">All columns but the run date's, in the table's order.</param>
/// <param name="KeyColumns">The primary key, in its order.</param>
internal sealed record ResultTable(TableName Name, IReadOnlyList<string> ResultColumns, IReadOnlyList<string> KeyColumns)
{
    /// <summary>The column, part of the primary key, that holds the run date.</summary>
    public const string RunDateColumn = "ingestion_date";

    /// <exception cref="RunFailedException">There is no such table, or its key lacks the run date.</exception>
    public static async Task<ResultTable> ReadAsync(
        NpgsqlConnection connection, AnalysisDefinition analysis, CancellationToken cancellationToken)
    {
        var table = await FindAsync(connection, TableName.Parse(analysis.Table), cancellationToken);
        return table.KeyColumns.Contains(RunDateColumn)
            ? table
            : throw new RunFailedException(
                $"analysis {analysis.Name}: the table {table.Name} does not exist, or its primary key lacks {RunDateColumn}",
                $"Create it with a column \"{RunDateColumn} date\" in its primary key, so that a run can replace its own rows.");
    }

    /// <summary>As it is: without columns where there is no such table, and with whatever key it has.</summary>
    public static async Task<ResultTable> FindAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        var columns = await ColumnsOfAsync(connection, name, cancellationToken);
        return new ResultTable(
            name, [.. columns.Select(column => column.Name).Where(column => column != RunDateColumn)], KeyOf(columns));
    }

    /// <summary>The columns of a table's primary key, in its order; none where it has none.</summary>
    public static async Task<IReadOnlyList<string>> KeyOfAsync(
        NpgsqlConnection connection, TableName table, CancellationToken cancellationToken) =>
        KeyOf(await ColumnsOfAsync(connection, table, cancellationToken));

    /// <summary>Whether the primary key of a table is checked later than each row, so that nothing can be merged by it.</summary>
    public static async Task<bool> IsKeyDeferrableAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Storage/key_is_deferrable", ("schema", table.Schema), ("table", table.Name));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task<List<(string Name, int KeyPosition)>> ColumnsOfAsync(
        NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var columns = new List<(string Name, int KeyPosition)>();
        await using var command = connection.Embedded("Storage/result_columns", ("schema", table.Schema), ("table", table.Name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            columns.Add((reader.Get<string>(0), reader.Get<int>(1)));
        }

        return columns;
    }

    private static List<string> KeyOf(IEnumerable<(string Name, int KeyPosition)> columns) =>
        [.. columns.Where(column => column.KeyPosition > 0).OrderBy(column => column.KeyPosition).Select(column => column.Name)];
}
