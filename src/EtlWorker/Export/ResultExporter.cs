using System.Globalization;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Objects;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Export;

/// <summary>
/// Writes each analysis' rows of the run date to S3 as CSV, in key order, straight from COPY, in the form that the export has. Repeated
/// after a crash it writes the same bytes.
/// </summary>
internal sealed class ResultExporter(IResultDestination destination)
{
    /// <returns>The objects now in place, as addresses.</returns>
    public async Task<IReadOnlyList<string>> ExportAsync(RunSession session, CancellationToken cancellationToken)
    {
        var (connection, run, pipeline) = (session.Connection, session.Run, session.Pipeline);
        var isNewest = !(await session.Ledger.Runs.NewestLoadedAsync(run.Pipeline, cancellationToken) > run.RunDate);
        var written = new List<string>();
        foreach (var analysis in pipeline.Analyses.Where(analysis => analysis.Export.Count > 0))
        {
            var table = await ResultTable.ReadAsync(connection, analysis, cancellationToken);
            var decimals = await DecimalColumns.ReadAsync(connection, table.Name, cancellationToken);
            foreach (var export in analysis.ExportsOf(pipeline.Name, run.RunDate, isNewest))
            {
                var copy = CopyOf(run, table, decimals, export);
                await session.SearchPath.UseAsync(
                    connection,
                    () => connection.LimitedAsync(
                        $"the export of {table.Name}", () => PutAsync(connection, copy, export, cancellationToken)),
                    cancellationToken);
                written.Add(destination.AddressOf(export.Key));
            }
        }

        return written;
    }

    private async Task PutAsync(NpgsqlConnection connection, string copy, ExportDefinition export, CancellationToken cancellationToken)
    {
        using var rows = (StreamReader)await connection.BeginTextExportAsync(copy, cancellationToken);
        // The bytes beneath the reader, which is not asked for text.
        await using var content = new EncodedContent(rows.BaseStream, export);
        await destination.PutAsync(export.Key, ExportEncoding.ContentTypeOf(export), content, cancellationToken);
    }

    /// <summary>
    /// COPY takes no parameters: a date that we format ourselves, and a code of the delimiter, are safe to write out. What is sorted by is
    /// the table's column, and not what is written of it.
    /// </summary>
    private static string CopyOf(Run run, ResultTable table, DecimalColumns decimals, ExportDefinition export)
    {
        var date = run.RunDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var columns = table.ResultColumns.Prepend(ResultTable.RunDateColumn).Select(
            column => export.Decimal == ',' ? decimals.WithComma(column, Of(column)) : Of(column));
        return $"""
            copy (
                select {string.Join(", ", columns)} from {table.Name.Quoted} as result
                where {Of(ResultTable.RunDateColumn)} operator(pg_catalog.=) '{date}'::pg_catalog.date
                order by {string.Join(", ", table.KeyColumns.Select(Of))}
            ) to stdout (format csv, header, delimiter E'\x{(int)export.Delimiter:x2}')
            """;

        static string Of(string column) => $"result.{TableName.Quote(column)}";
    }
}
