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
internal sealed class ResultExporter(ObjectStore objects, BucketOptions buckets)
{
    /// <returns>The objects now in place, as s3:// addresses.</returns>
    public async Task<IReadOnlyList<string>> ExportAsync(
        NpgsqlConnection connection, Run run, PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        var isNewest = !(await RunLedger.NewestLoadedAsync(connection, run.Pipeline, cancellationToken) > run.RunDate);
        var written = new List<string>();
        var path = new SearchPath(pipeline.SearchPath);
        foreach (var analysis in pipeline.Analyses.Where(analysis => analysis.Export.Count > 0))
        {
            var table = await ResultTable.ReadAsync(connection, analysis, cancellationToken);
            foreach (var key in analysis.ExportKeys(pipeline.Name, run.RunDate, isNewest))
            {
                await path.UseAsync(
                    connection,
                    () => connection.LimitedAsync(
                        $"the export of {table.Name}", () => PutAsync(connection, run, table, key, cancellationToken)),
                    cancellationToken);
                written.Add($"s3://{buckets.Results}/{key}");
            }
        }

        return written;
    }

    private async Task PutAsync(NpgsqlConnection connection, Run run, ResultTable table, string key, CancellationToken cancellationToken)
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
        await objects.PutAsync(buckets.Results, key, "text/csv; charset=utf-8", rows.BaseStream, cancellationToken);
    }

    private static string Columns(IEnumerable<string> names) => string.Join(", ", names.Select(TableName.Quote));
}
