using System.Data;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Check;

/// <summary>Runs the definition's checks over the loaded tables, before anything is committed.</summary>
internal sealed partial class CheckStage(IRunJournal journal, ILogger<CheckStage> logger) : IRunStage
{
    private const string Savepoint = "etl_check";
    private const string RowsSavepoint = "etl_check_rows";

    public RunStage Stage => RunStage.Check;

    /// <summary>Warns of each check that found more than it may without failing.</summary>
    /// <exception cref="RunFailedException">A check found more than it may.</exception>
    public async Task RunAsync(RunWork work, CancellationToken cancellationToken)
    {
        foreach (var check in work.Session.Pipeline.Checks)
        {
            var finding = await ExamineAsync(work.Session, check, cancellationToken);
            // Before what it found is rolled back.
            await journal.RecordCheckAsync(work.Session.Run, finding, cancellationToken);
            if (FailureOf(finding) is { } failure)
            {
                throw failure;
            }

            if (finding.Verdict == CheckVerdict.Warned)
            {
                work.Warnings.Add(finding.Text);
            }
        }
    }

    /// <returns>Null where the check passed, or is one that warns.</returns>
    public static RunFailedException? FailureOf(CheckFinding finding) =>
        finding.Verdict != CheckVerdict.Failed ? null : new RunFailedException(
            finding.Text,
            (finding.Rows.Count > 0
                ? "Look at the rows that it found (\"Rows that checks found\" in this notice), correct them in the files, "
                    + "and drop those again. "
                : "Look in the files for what it looks for, correct them, and drop them again. ")
                + $"The tables keep their former rows, so {finding.Check.Sql} does not find the new ones there.");

    /// <summary>A check only reads: what else it does, such as to change a setting, is undone.</summary>
    /// <exception cref="RunFailedException">It writes, PostgreSQL refused it for good, or it freed the pipeline's lock.</exception>
    public async Task<CheckFinding> ExamineAsync(RunSession session, CheckDefinition check, CancellationToken cancellationToken)
    {
        var connection = session.Connection;
        // No SQL can lift it again before the savepoint is left.
        await connection.ExecuteAsync($"savepoint {Savepoint}; set transaction read only", cancellationToken);
        var sql = session.Definition.Sql[check.Sql];
        var found = await CountAsync(session, check, AuthoredSql.CountOf(sql), cancellationToken);
        long? of = check.Of is not null && found > 0
            ? await CountAsync(session, check, AuthoredSql.CountOf(TableName.Parse(check.Of)), cancellationToken)
            : null;
        var finding = new CheckFinding(check, found, of, []);
        if (finding.Verdict != CheckVerdict.Passed)
        {
            finding = finding with { Rows = await FirstRowsAsync(session, check, cancellationToken) };
        }

        await connection.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);
        await session.Ledger.RequireLockAsync(session.Run.Pipeline, SubjectOf(check), cancellationToken);
        return finding;
    }

    private static string SubjectOf(CheckDefinition check) => $"check {check.Name} ({check.Sql})";

    private static async Task<long> CountAsync(
        RunSession session, CheckDefinition check, string statement, CancellationToken cancellationToken) =>
        (long)(await session.SearchPath.UseAsync(
            session.Connection,
            () => AuthoredSql.ExecuteAsync(
                session.Connection, SubjectOf(check), statement, session.Run.RunDate, session.Run.AsOf, cancellationToken),
            cancellationToken))!;

    /// <summary>Asked for only once there are too many: most checks find nothing. A row that no JSON can be made of fails no run.</summary>
    private async Task<IReadOnlyList<CheckRow>> FirstRowsAsync(
        RunSession session, CheckDefinition check, CancellationToken cancellationToken)
    {
        var (connection, run) = (session.Connection, session.Run);
        if (session.IsGuarded)
        {
            LogNotKept(check.Name, "the session of an attempt before ended as they were read");
            return [];
        }

        var statement = AuthoredSql.RowsOf(session.Definition.Sql[check.Sql], CheckRow.MostKept, CheckRow.MostCharacters);
        await connection.ExecuteAsync($"savepoint {RowsSavepoint}", cancellationToken);
        try
        {
            return await session.SearchPath.UseAsync(
                connection,
                () => AuthoredSql.ReadAsync(
                    connection, SubjectOf(check), statement, run.RunDate, run.AsOf,
                    reader => new CheckRow(reader.Get<string>(0), reader.Get<bool>(1)), cancellationToken),
                cancellationToken);
        }
        catch (RunFailedException refused) when (connection.State != ConnectionState.Open)
        {
            throw new SessionLostException($"the session ended as the rows were read that check {check.Name} found; "
                + "the next attempt counts them alone", refused);
        }
        catch (RunFailedException refused)
        {
            await connection.ExecuteAsync($"rollback to savepoint {RowsSavepoint}", cancellationToken);
            LogNotKept(check.Name, refused.Message);
            return [];
        }
    }

    [LoggerMessage(LogLevel.Warning, "The rows that check {Check} found are counted, and not kept: {Fault}")]
    private partial void LogNotKept(string check, string fault);
}
