using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Check;

/// <summary>Runs the definition's checks over the loaded tables, before anything is committed.</summary>
internal static class CheckRunner
{
    /// <returns>What the notice must tell: one line for each check of severity <c>warn</c> that found something.</returns>
    /// <exception cref="RunFailedException">A check of severity <c>fail</c> found something.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        var path = new SearchPath(definition.Pipeline.SearchPath);
        foreach (var check in definition.Pipeline.Checks)
        {
            var offending = await CountAsync(connection, path, run, check, definition.Sql[check.Sql], cancellationToken);
            if (offending == 0)
            {
                continue;
            }

            var finding = $"check {check.Name} found {Counted.Of(offending, "row")}";
            if (check.Severity == Severity.Fail)
            {
                throw new RunFailedException(finding,
                    $"The tables keep their former rows, so {check.Sql} does not find the new ones there. "
                        + "Look in the files for what it looks for, "
                        + "mend them, and drop them again.");
            }

            warnings.Add(finding);
        }

        return warnings;
    }

    private static async Task<long> CountAsync(
        NpgsqlConnection connection, SearchPath path, Run run, CheckDefinition check, string sql, CancellationToken cancellationToken)
    {
        var count = await path.UseAsync(connection, () => AuthoredSql.ExecuteAsync(
            connection, $"check {check.Name} ({check.Sql})", $"select pg_catalog.count(*) from (\n{sql}\n) as offending",
            run.RunDate, run.AsOf, cancellationToken), cancellationToken);
        return (long)count!;
    }
}
