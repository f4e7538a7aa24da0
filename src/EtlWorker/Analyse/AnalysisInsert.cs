using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Analyse;

/// <summary>
/// Adds the rows of an analysis to its table, by way of a temporary table where that can be: into one a transaction that only reads may
/// write, so that the analysis' own SQL writes nothing else (decision 32).
/// </summary>
internal sealed class AnalysisInsert(RunSession session, AnalysisDefinition analysis, ResultTable table)
{
    private const string Savepoint = "etl_analysis";
    private const string TrialSavepoint = "etl_trial";
    private readonly NpgsqlConnection _connection = session.Connection;
    private readonly string _sql = session.Definition.Sql[analysis.Sql];

    /// <exception cref="RunFailedException">PostgreSQL refused the analysis, or its rows.</exception>
    public async Task ExecuteAsync(bool isCluster, CancellationToken cancellationToken)
    {
        if (isCluster || !await CanBeMadeAsync(AuthoredSql.MakeKeptOf(table), cancellationToken))
        {
            await OnPathAsync(AuthoredSql.InsertOf(table, _sql), cancellationToken);
            return;
        }

        if (!await TryKeepInParallelAsync(cancellationToken))
        {
            await OnPathAsync(AuthoredSql.MakeKeptOf(table), cancellationToken);
            await OnlyReadingAsync(AuthoredSql.KeepOf(table, _sql), cancellationToken);
        }

        await OnPathAsync(AuthoredSql.InsertKeptOf(table), cancellationToken);
        await _connection.ExecuteAsync(AuthoredSql.DropKept, cancellationToken);
    }

    /// <summary>
    /// Where the server would use parallel workers: nothing that is called may write then, either. A query may give what no table can keep
    /// as it is, a record without a type, a text of no certain collation; or more columns of a wide type than a row has room for.
    /// </summary>
    private async Task<bool> TryKeepInParallelAsync(CancellationToken cancellationToken)
    {
        var plan = await OnlyReadingAsync(AuthoredSql.PlanOf(AuthoredSql.SelectOf(table, _sql)), cancellationToken);
        return ParallelPlan.Is((string)plan!)
            && await CanBeMadeAsync(AuthoredSql.MakeAndKeepOf(table, _sql, isTrial: true), cancellationToken)
            && await TryAsync(AuthoredSql.MakeAndKeepOf(table, _sql, isTrial: false), IsTooWide, cancellationToken);
    }

    /// <summary>
    /// Tries it without a row. This login may not be allowed temporary tables, or an event trigger be against them. If it is the SQL that
    /// is wrong, the INSERT says so.
    /// </summary>
    private async Task<bool> CanBeMadeAsync(string statement, CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync($"savepoint {TrialSavepoint}", cancellationToken);
        var isMade = await TryAsync(statement, _ => true, cancellationToken)
            && await TryAsync(AuthoredSql.DropKept, _ => true, cancellationToken);
        await _connection.ExecuteAsync($"rollback to savepoint {TrialSavepoint}; release savepoint {TrialSavepoint}", cancellationToken);
        return isMade;
    }

    private static bool IsTooWide(ServerError refusal) => refusal.SqlState == PostgresErrorCodes.ProgramLimitExceeded;

    private async Task<bool> TryAsync(string statement, Func<ServerError, bool> isExpected, CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            await OnPathAsync(statement, cancellationToken);
        }
        catch (RunFailedException fault) when (
            fault.InnerException is { } cause && ServerError.Of(cause) is { } refusal && isExpected(refusal))
        {
            await _connection.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);
            return false;
        }

        await _connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
        return true;
    }

    /// <summary>The transaction writes again once the savepoint is left, and not before: no SQL can lift it within.</summary>
    private async Task<object?> OnlyReadingAsync(string statement, CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync($"savepoint {Savepoint}; set transaction read only", cancellationToken);
        var answer = await OnPathAsync(statement, cancellationToken);
        await _connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
        return answer;
    }

    /// <summary>Each statement for itself: what one changes of the session is set again for the next.</summary>
    private Task<object?> OnPathAsync(string statement, CancellationToken cancellationToken) => session.SearchPath.UseAsync(
        _connection,
        () => AuthoredSql.ExecuteAsync(
            _connection, $"analysis {analysis.Name} ({analysis.Sql})", statement, session.Run.RunDate, session.Run.AsOf,
            cancellationToken),
        cancellationToken);
}
