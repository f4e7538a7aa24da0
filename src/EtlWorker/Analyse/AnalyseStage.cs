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
    private const string TrialSavepoint = "etl_trial";

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
        if (!isCluster && await CanBeKeptAsync() && await TryAsync(AuthoredSql.KeepOf(table, sql, isTrial: false), IsTooWide))
        {
            await Execute(AuthoredSql.InsertKeptOf(table));
            await connection.ExecuteAsync(AuthoredSql.DropKept, cancellationToken);
            return;
        }

        await Execute(AuthoredSql.InsertOf(table, sql));

        // A query may give what can be added to a table and kept in none: a record without a type, a text of no certain collation. This
        // login may not be allowed temporary tables, or an event trigger be against them. If it is the SQL, the INSERT says so.
        async Task<bool> CanBeKeptAsync()
        {
            await connection.ExecuteAsync($"savepoint {TrialSavepoint}", cancellationToken);
            var isKept = await TryAsync(AuthoredSql.KeepOf(table, sql, isTrial: true), _ => true)
                && await TryAsync(AuthoredSql.DropKept, _ => true);
            await connection.ExecuteAsync($"rollback to savepoint {TrialSavepoint}; release savepoint {TrialSavepoint}", cancellationToken);
            return isKept;
        }

        // Counts of a wide table may take more room than the table's own columns.
        static bool IsTooWide(ServerError refusal) => refusal.SqlState == PostgresErrorCodes.ProgramLimitExceeded;

        async Task<bool> TryAsync(string statement, Func<ServerError, bool> isExpected)
        {
            await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
            try
            {
                await Execute(statement);
            }
            catch (RunFailedException fault) when (
                fault.InnerException is { } cause && ServerError.Of(cause) is { } refusal && isExpected(refusal))
            {
                await connection.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);
                return false;
            }

            await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
            return true;
        }
    }
}
