using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Analyse;

/// <summary>Runs the definition's analyses: the run date's rows of each table are replaced by the SELECT's result.</summary>
internal static class AnalysisRunner
{
    public static async Task RunAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var path = new SearchPath(definition.Pipeline.SearchPath);
        foreach (var analysis in definition.Pipeline.Analyses)
        {
            var table = await ResultTable.ReadAsync(connection, analysis, cancellationToken);
            await path.UseAsync(
                connection, () => ReplaceAsync(connection, run, analysis, table, definition.Sql[analysis.Sql], cancellationToken),
                cancellationToken);
        }
    }

    private static async Task ReplaceAsync(
        NpgsqlConnection connection, Run run, AnalysisDefinition analysis, ResultTable table, string sql,
        CancellationToken cancellationToken)
    {
        await using (var clear = connection.Text(
            $"delete from {table.Name.Quoted} where {ResultTable.RunDateColumn} operator(pg_catalog.=) @run_date",
            ("run_date", run.RunDate)))
        {
            await connection.LimitedAsync(
                $"taking the run date's rows out of {table.Name}", () => clear.ExecuteNonQueryAsync(cancellationToken));
        }

        var columns = string.Join(", ", table.ResultColumns.Select(TableName.Quote));
        await AuthoredSql.ExecuteAsync(
            connection, $"analysis {analysis.Name} ({analysis.Sql})",
            $"insert into {table.Name.Quoted} ({ResultTable.RunDateColumn}, {columns}) select @run_date, {columns} "
                + $"from (\n{sql}\n) as result",
            run.RunDate, run.AsOf, cancellationToken);
    }
}
