using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Analyse;

/// <summary>Runs the definition's analyses: the run date's rows of each table are replaced by the SELECT's result.</summary>
internal sealed class AnalyseStage : IRunStage
{
    private const string Savepoint = "etl_analysis";

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
        await session.SearchPath.UseAsync(
            session.Connection, () => ReplaceAsync(session, analysis, table, isCluster, cancellationToken), cancellationToken);
        return table;
    }

    private static async Task ReplaceAsync(
        RunSession session, AnalysisDefinition analysis, ResultTable table, bool isCluster, CancellationToken cancellationToken)
    {
        var (connection, run) = (session.Connection, session.Run);
        await using (var clear = connection.Text(
            $"delete from {table.Name.Quoted} where {ResultTable.RunDateColumn} operator(pg_catalog.=) @run_date",
            ("run_date", run.RunDate)))
        {
            await connection.LimitedAsync(
                $"taking the run date's rows out of {table.Name}", () => clear.ExecuteNonQueryAsync(cancellationToken));
        }

        var sql = session.Definition.Sql[analysis.Sql];
        Task Execute(string statement) => AuthoredSql.ExecuteAsync(
            connection, $"analysis {analysis.Name} ({analysis.Sql})", statement, run.RunDate, run.AsOf, cancellationToken);
        if (isCluster)
        {
            await Execute(AuthoredSql.InsertOf(table, sql));
            return;
        }

        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            await Execute(AuthoredSql.KeepOf(table, sql));
        }
        catch (RunFailedException refused) when (
            refused.InnerException is { } cause && ServerError.Of(cause) is
            {
                SqlState: PostgresErrorCodes.InvalidTableDefinition or PostgresErrorCodes.InsufficientPrivilege
            })
        {
            // A record without a type can be added to a table, and kept in none. And this login may not be allowed temporary tables.
            await connection.ExecuteAsync($"rollback to savepoint {Savepoint}", cancellationToken);
            await Execute(AuthoredSql.InsertOf(table, sql));
            return;
        }

        await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
        await Execute(AuthoredSql.InsertKeptOf(table));
        await connection.ExecuteAsync($"drop table {AuthoredSql.Kept}", cancellationToken);
    }
}
