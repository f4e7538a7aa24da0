using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Objects;
using EtlWorker.Storage;

namespace EtlWorker.Plan;

/// <summary>The objects of append and merge feeds that no run loads again.</summary>
internal sealed class FinishedObjects
{
    private readonly HashSet<(string Key, string? ETag)> _known = [];

    /// <exception cref="DatabaseUnreachableException">With what to do.</exception>
    public static async Task<FinishedObjects> ReadAsync(
        Database database, PipelineDefinition pipeline, CancellationToken cancellationToken)
    {
        var finished = new FinishedObjects();
        await using var connection = await database.OpenAsync(cancellationToken);
        await SchemaMigration.RequireAsync(connection, cancellationToken);
        var feeds = pipeline.Targets.Where(target => target.IsIncremental).Select(target => target.Name).ToArray();
        await using var command = connection.Embedded("Plan/finished_objects", ("pipeline", pipeline.Name), ("feeds", feeds));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            finished._known.Add((reader.Get<string>(0), reader.GetOrNull<string>(1)));
        }

        return finished;
    }

    public bool Has(ListedObject listed) => _known.Contains((listed.Key, listed.ETag));
}
