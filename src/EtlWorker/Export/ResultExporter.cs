using System.Globalization;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Objects;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Export;

/// <summary>
/// Writes each analysis' rows of the run date to S3 as CSV, in key order, straight from COPY. Repeated after a crash it
/// writes the same bytes.
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
            foreach (var export in analysis.ExportsOf(pipeline.Name, run.RunDate, isNewest))
            {
                await session.SearchPath.UseAsync(
                    connection,
                    () => connection.LimitedAsync(
                        $"the export of {table.Name}", () => PutAsync(connection, run, table, export, cancellationToken)),
                    cancellationToken);
                written.Add(destination.AddressOf(export.Key));
            }
        }

        return written;
    }

    private async Task PutAsync(
        NpgsqlConnection connection, Run run, ResultTable table, ExportDefinition export, CancellationToken cancellationToken)
    {
        // COPY takes no parameters; a date that we format ourselves is safe to write out.
        var date = run.RunDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var rows = (StreamReader)await connection.BeginTextExportAsync(
            $"""
            copy (
                select {Columns([ResultTable.RunDateColumn, .. table.ResultColumns])} from {table.Name.Quoted}
                where {ResultTable.RunDateColumn} operator(pg_catalog.=) '{date}'::pg_catalog.date order by {Columns(table.KeyColumns)}
            ) to stdout (format csv, header)
            """, cancellationToken);
        // The bytes beneath the reader: decoding them only to encode them again would buy nothing.
        await destination.PutAsync(export.Key, "text/csv; charset=utf-8", rows.BaseStream, cancellationToken);
    }

    private static string Columns(IEnumerable<string> names) => string.Join(", ", names.Select(TableName.Quote));
}
