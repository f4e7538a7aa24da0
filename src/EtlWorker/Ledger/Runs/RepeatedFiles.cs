using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;

namespace EtlWorker.Ledger.Runs;

/// <summary>Files that hold the very bytes that were loaded before: a sender that did not export anew, or sent a file twice.</summary>
internal static class RepeatedFiles
{
    /// <param name="session">The run that loads; its journal has its feeds by now.</param>
    /// <param name="cancellationToken">Cancels the questions.</param>
    /// <returns>A warning for each snapshot that is the last run's, and for each file of an append feed that another one repeats.</returns>
    public static async Task<IReadOnlyList<string>> WarningsAsync(RunSession session, CancellationToken cancellationToken)
    {
        var (connection, run, pipeline) = (session.Connection, session.Run, session.Pipeline);
        var snapshots = NamesOf(pipeline, LoadMode.Replace);
        var additions = NamesOf(pipeline, LoadMode.Append);
        var warnings = new List<string>();
        await using (var command = connection.Embedded("Ledger/Runs/repeated_snapshots",
            ("pipeline", run.Pipeline), ("run_id", run.Id), ("attempt", run.Attempt), ("run_date", run.RunDate), ("feeds", snapshots)))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                warnings.Add($"{reader.Get<string>(0)} has the same bytes as on {reader.Get<DateOnly>(1):yyyy-MM-dd}: "
                    + "see that the sender exports anew");
            }
        }

        await using (var command = connection.Embedded("Ledger/Runs/repeated_files",
            ("pipeline", run.Pipeline), ("run_id", run.Id), ("attempt", run.Attempt), ("feeds", additions)))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                warnings.Add(
                    $"{reader.Get<string>(0)}: {reader.Get<string>(1)} has the same bytes as {reader.Get<string>(2)}, loaded for "
                    + $"{reader.Get<DateOnly>(3):yyyy-MM-dd}: its rows may now be in the table twice");
            }
        }

        return warnings;
    }

    private static string[] NamesOf(PipelineDefinition pipeline, LoadMode mode) =>
        [.. pipeline.Feeds.Where(feed => feed.Mode == mode).Select(feed => feed.Name)];
}
