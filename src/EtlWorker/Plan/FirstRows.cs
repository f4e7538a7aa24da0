using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Plan;

/// <summary>Reads how many rows an analysis gave, and the first of them, as PostgreSQL writes them.</summary>
internal static class FirstRows
{
    private const int Most = 5;

    /// <param name="session">The run.</param>
    /// <param name="analysis">The analysis.</param>
    /// <param name="table">Where its result is.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<PlannedResult> ReadAsync(
        RunSession session, AnalysisDefinition analysis, ResultTable table, TimeSpan took, CancellationToken cancellationToken)
    {
        var connection = session.Connection;
        var ofDate = $"{table.Name.Quoted} where {ResultTable.RunDateColumn} operator(pg_catalog.=) @run_date";
        var (columns, key) = (Names(table.ResultColumns), Names(table.KeyColumns));
        return await session.SearchPath.UseAsync(connection, () => connection.LimitedAsync($"the first rows of {table.Name}", async () =>
        {
            await using var counting = connection.Text($"select pg_catalog.count(*) from {ofDate}", ("run_date", session.Run.RunDate));
            var rows = (long)(await counting.ExecuteScalarAsync(cancellationToken))!;
            await using var reading = connection.Text(
                $"""
                select array(select field.value from pg_catalog.json_each_text(pg_catalog.to_json(result)) as field)
                from (select {columns} from {ofDate} order by {key} limit {Most}) as result
                """, ("run_date", session.Run.RunDate));
            await using var reader = await reading.ExecuteReaderAsync(cancellationToken);
            var first = new List<string?[]>();
            while (await reader.ReadAsync(cancellationToken))
            {
                first.Add(reader.Get<string?[]>(0));
            }

            return new PlannedResult(analysis, rows, table.ResultColumns, first, took);
        }), cancellationToken);
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(TableName.Quote));
}
