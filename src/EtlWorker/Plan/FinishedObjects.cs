using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Objects;
using EtlWorker.Storage;

namespace EtlWorker.Plan;

/// <summary>The objects of append and merge feeds that no run loads again.</summary>
internal sealed class FinishedObjects
{
    private readonly HashSet<(string Key, string? ETag)> _tags = [];
    private readonly HashSet<(string Key, string? Version)> _versions = [];

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
            finished._tags.Add((reader.Get<string>(0), reader.GetOrNull<string>(1)));
            finished._versions.Add((reader.Get<string>(0), reader.GetOrNull<string>(2)));
        }

        return finished;
    }

    /// <summary>By its ETag; where the source lists none, by its version.</summary>
    public async Task<bool> HasAsync(ObjectFinder finder, IDropTarget target, ListedObject listed, CancellationToken cancellationToken) =>
        listed.ETag is not null
            ? _tags.Contains((listed.Key, listed.ETag))
            : await finder.HeadAsync(target, finder.Location, listed.Key, cancellationToken) is { VersionId: { } version }
                && _versions.Contains((listed.Key, version));
}
