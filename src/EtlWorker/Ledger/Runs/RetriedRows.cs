using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;
using EtlWorker.Storage;

namespace EtlWorker.Ledger.Runs;

/// <summary>
/// Snapshots of a date that a person has made again with far fewer rows. The date before it, with which every snapshot is compared, may
/// have been as small; and a person may want just that, so it is reported and nothing fails.
/// </summary>
internal static class RetriedRows
{
    /// <param name="session">The run that loads; its journal has its feeds by now.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>A warning for each snapshot that shrank by more than its <c>maxShrinkPercent</c>.</returns>
    public static async Task<IReadOnlyList<string>> WarningsAsync(RunSession session, CancellationToken cancellationToken)
    {
        var (connection, run, pipeline) = (session.Connection, session.Run, session.Pipeline);
        var snapshots = pipeline.Feeds.Where(feed => !feed.IsIncremental).ToDictionary(feed => feed.Name);
        await using var command = connection.Embedded("Ledger/Runs/retried_rows",
            ("run_id", run.Id), ("attempt", run.Attempt), ("feeds", snapshots.Keys.ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var warnings = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (feed, now, before) = (snapshots[reader.Get<string>(0)], reader.Get<long>(1), reader.Get<long>(2));
            if (before > 0 && (before - now) * 100.0 / before > feed.MaxShrinkPercent)
            {
                warnings.Add($"{feed.Name} has {Counted.Of(now, "row")}, and this date had {before:N0} before the retry: "
                    + "see that the file is complete");
            }
        }

        return warnings;
    }
}
