using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Check;

/// <summary>Runs the definition's checks over the loaded tables, before anything is committed.</summary>
internal sealed class CheckStage : IRunStage
{
    private const string Savepoint = "etl_check";

    public RunStage Stage => RunStage.Check;

    /// <summary>Warns of each check of severity <c>warn</c> that found something.</summary>
    /// <exception cref="RunFailedException">A check of severity <c>fail</c> found something.</exception>
    public async Task RunAsync(RunWork work, CancellationToken cancellationToken)
    {
        foreach (var check in work.Session.Pipeline.Checks)
        {
            var offending = await CountAsync(work.Session, check, cancellationToken);
            if (FailureOf(check, offending) is { } failure)
            {
                throw failure;
            }

            if (offending > 0)
            {
                work.Warnings.Add(Finding(check, offending));
            }
        }
    }

    /// <summary>What the notice reports of a check that found something.</summary>
    public static string Finding(CheckDefinition check, long offending) => $"check {check.Name} found {Counted.Of(offending, "row")}";

    /// <returns>Null where the check found nothing, or is one that warns.</returns>
    public static RunFailedException? FailureOf(CheckDefinition check, long offending) =>
        offending == 0 || check.Severity != Severity.Fail ? null : new RunFailedException(
            Finding(check, offending),
            $"The tables keep their former rows, so {check.Sql} does not find the new ones there. "
                + "Look in the files for what it looks for, correct them, and drop them again.");

    /// <summary>A check only reads: what else it does, such as to change a setting, is undone.</summary>
    /// <returns>How many rows the check returns.</returns>
    /// <exception cref="RunFailedException">It writes, PostgreSQL refused it for good, or it freed the pipeline's lock.</exception>
    public static async Task<long> CountAsync(RunSession session, CheckDefinition check, CancellationToken cancellationToken)
    {
        var (connection, subject) = (session.Connection, $"check {check.Name} ({check.Sql})");
        // No SQL can lift it again before the savepoint is left.
        await connection.ExecuteAsync($"savepoint {Savepoint}; set transaction read only", cancellationToken);
        var count = await session.SearchPath.UseAsync(connection, () => AuthoredSql.ExecuteAsync(
            connection, subject, AuthoredSql.CountOf(session.Definition.Sql[check.Sql]),
            session.Run.RunDate, session.Run.AsOf, cancellationToken), cancellationToken);
        await connection.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);
        await session.Ledger.RequireLockAsync(session.Run.Pipeline, subject, cancellationToken);
        return (long)count!;
    }
}
