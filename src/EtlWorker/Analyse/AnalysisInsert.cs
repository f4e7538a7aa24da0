using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Analyse;

/// <summary>
/// Adds the rows of an analysis to its table, by way of a temporary table where that can be: PostgreSQL plans no parallel workers for a
/// statement that writes into a table which is there already.
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
        if (!isCluster && await CanBeKeptAsync(cancellationToken)
            && await TryAsync(AuthoredSql.KeepOf(table, _sql, isTrial: false), IsTooWide, cancellationToken))
        {
            await ExecuteAsync(AuthoredSql.InsertKeptOf(table), cancellationToken);
            await _connection.ExecuteAsync(AuthoredSql.DropKept, cancellationToken);
            return;
        }

        await ExecuteAsync(AuthoredSql.InsertOf(table, _sql), cancellationToken);
    }

    /// <summary>
    /// Tries it without a row. A query may give what can be added to a table and kept in none: a record without a type, a text of no
    /// certain collation. This login may not be allowed temporary tables, or an event trigger be against them. If it is the SQL that is
    /// wrong, the INSERT says so.
    /// </summary>
    private async Task<bool> CanBeKeptAsync(CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync($"savepoint {TrialSavepoint}", cancellationToken);
        var isKept = await TryAsync(AuthoredSql.KeepOf(table, _sql, isTrial: true), _ => true, cancellationToken)
            && await TryAsync(AuthoredSql.DropKept, _ => true, cancellationToken);
        await _connection.ExecuteAsync($"rollback to savepoint {TrialSavepoint}; release savepoint {TrialSavepoint}", cancellationToken);
        return isKept;
    }

    /// <summary>Counts of a wide table may take more room than the table's own columns.</summary>
    private static bool IsTooWide(ServerError refusal) => refusal.SqlState == PostgresErrorCodes.ProgramLimitExceeded;

    private async Task<bool> TryAsync(string statement, Func<ServerError, bool> isExpected, CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            await ExecuteAsync(statement, cancellationToken);
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

    private Task<object?> ExecuteAsync(string statement, CancellationToken cancellationToken) => AuthoredSql.ExecuteAsync(
        _connection, $"analysis {analysis.Name} ({analysis.Sql})", statement, session.Run.RunDate, session.Run.AsOf, cancellationToken);
}
