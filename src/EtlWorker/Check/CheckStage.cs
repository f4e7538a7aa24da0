using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Check;

/// <summary>Runs the definition's checks over the loaded tables, before anything is committed.</summary>
internal sealed class CheckStage : IRunStage
{
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

    /// <returns>How many rows the check returns.</returns>
    public static async Task<long> CountAsync(RunSession session, CheckDefinition check, CancellationToken cancellationToken)
    {
        var sql = session.Definition.Sql[check.Sql];
        var count = await session.SearchPath.UseAsync(session.Connection, () => AuthoredSql.ExecuteAsync(
            session.Connection, $"check {check.Name} ({check.Sql})", AuthoredSql.CountOf(sql),
            session.Run.RunDate, session.Run.AsOf, cancellationToken), cancellationToken);
        return (long)count!;
    }
}
