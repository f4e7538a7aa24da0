using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Notices;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Notify;

/// <summary>Reads the headline answers: the run date's rows of each analysis, as PostgreSQL writes them.</summary>
internal static class AnswerReader
{
    private const int MostRows = 3;

    public static async Task<IReadOnlyList<Answer>> ReadAsync(RunSession session, CancellationToken cancellationToken)
    {
        var answers = new List<Answer>();
        var (connection, run) = (session.Connection, session.Run);
        foreach (var analysis in session.Pipeline.Analyses)
        {
            var values = await session.SearchPath.UseAsync(
                connection,
                () => connection.LimitedAsync(
                    $"the answers of {analysis.Name}", () => ReadAsync(connection, run, analysis, cancellationToken)),
                cancellationToken);
            answers.Add(new Answer(analysis.Name, values));
        }

        return answers;
    }

    private static async Task<List<(string, string)>> ReadAsync(
        NpgsqlConnection connection, Run run, AnalysisDefinition analysis, CancellationToken cancellationToken)
    {
        var values = new List<(string, string)>();
        await using var command = connection.Text(
            $"""
            select field.key, coalesce(field.value, 'null')
            from (
                select * from {TableName.Parse(analysis.Table).Quoted}
                where {ResultTable.RunDateColumn} operator(pg_catalog.=) @run_date limit {MostRows}
            ) as result, lateral pg_catalog.json_each_text(pg_catalog.to_json(result)) as field
            where field.key operator(pg_catalog.<>) '{ResultTable.RunDateColumn}'
            """, ("run_date", run.RunDate));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            values.Add((reader.Get<string>(0), reader.Get<string>(1)));
        }

        return values;
    }
}
