using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Analyse;

/// <summary>Runs the definition's analyses: the run date's rows of each table are replaced by the SELECT's result.</summary>
internal sealed class AnalyseStage : IRunStage
{
    public RunStage Stage => RunStage.Analyse;

    public async Task RunAsync(RunWork work, CancellationToken cancellationToken)
    {
        foreach (var analysis in work.Session.Pipeline.Analyses)
        {
            await ReplaceAsync(work.Session, analysis, cancellationToken);
        }
    }

    /// <returns>The table that holds the analysis' result now.</returns>
    public static async Task<ResultTable> ReplaceAsync(RunSession session, AnalysisDefinition analysis, CancellationToken cancellationToken)
    {
        var table = await ResultTable.ReadAsync(session.Connection, analysis, cancellationToken);
        var isCluster = await CitusCluster.IsAsync(session.Connection, cancellationToken);
        await session.SearchPath.UseAsync(session.Connection, () => ClearAsync(session, table, cancellationToken), cancellationToken);
        await new AnalysisInsert(session, analysis, table).ExecuteAsync(isCluster, cancellationToken);
        await session.Ledger.RequireLockAsync(
            session.Run.Pipeline, $"analysis {analysis.Name} ({analysis.Sql}), or a trigger of its table,", cancellationToken);
        return table;
    }

    private static async Task ClearAsync(RunSession session, ResultTable table, CancellationToken cancellationToken)
    {
        await using var clear = session.Connection.Text(
            $"delete from {table.Name.Quoted} where {ResultTable.RunDateColumn} operator(pg_catalog.=) @run_date",
            ("run_date", session.Run.RunDate));
        await session.Connection.LimitedAsync(
            $"taking the run date's rows out of {table.Name}", () => clear.ExecuteNonQueryAsync(cancellationToken));
    }
}
