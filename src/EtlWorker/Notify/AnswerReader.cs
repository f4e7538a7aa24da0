using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Notify;

/// <summary>Reads the headline answers: the run date's rows of each analysis, as PostgreSQL writes them.</summary>
internal static class AnswerReader
{
    private const int MostRows = 3;

    public static async Task<IReadOnlyList<Answer>> ReadAsync(
        NpgsqlConnection connection, Run run, PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        var answers = new List<Answer>();
        foreach (var analysis in pipeline.Analyses)
        {
            var values = new List<(string, string)>();
            await using var command = connection.Text(
                $"""
                select field.key, coalesce(field.value, 'null')
                from (select * from {TableName.Parse(analysis.Table).Quoted} where {ResultTable.RunDateColumn} = @run_date limit {MostRows}) as result,
                    lateral json_each_text(to_json(result)) as field
                where field.key <> '{ResultTable.RunDateColumn}'
                """, ("run_date", run.RunDate));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                values.Add((reader.Get<string>(0), reader.Get<string>(1)));
            }

            answers.Add(new Answer(analysis.Name, values));
        }

        return answers;
    }
}
