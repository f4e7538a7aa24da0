using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;
using EtlWorker.Storage;

namespace EtlWorker.Plan;

/// <summary>The objects of append and merge feeds that no run takes by itself any more, and why.</summary>
internal sealed class FinishedObjects
{
    private readonly Dictionary<(string Key, string Tag), string> _tags = [];
    private readonly Dictionary<(string Key, string Version), string> _versions = [];

    /// <exception cref="DatabaseUnreachableException">With what to do.</exception>
    public static async Task<FinishedObjects> ReadAsync(
        Database database, PipelineDefinition pipeline, string bucket, CancellationToken cancellationToken)
    {
        var finished = new FinishedObjects();
        await using var connection = await database.OpenAsync(cancellationToken);
        await SchemaMigration.RequireAsync(connection, cancellationToken);
        var feeds = pipeline.Targets.Where(target => target.IsIncremental).Select(target => target.Name).ToArray();
        await using var command = connection.Embedded(
            "Plan/finished_objects", ("pipeline", pipeline.Name), ("feeds", feeds), ("bucket", bucket));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = reader.Get<string>(0);
            var why = reader.Get<string>(3) != "failed"
                ? $"the ledger has it as {reader.Get<string>(3)}"
                : $"a run failed by it: {OperatorCommand.Retry(pipeline.Name, reader.Get<DateOnly>(4))}, or "
                    + OperatorCommand.Discard(pipeline.Name, reader.Get<long>(5));
            if (reader.GetOrNull<string>(1) is { } tag)
            {
                finished._tags[(key, tag)] = why;
            }

            if (reader.GetOrNull<string>(2) is { } version)
            {
                finished._versions[(key, version)] = why;
            }
        }

        return finished;
    }

    /// <summary>By its ETag; where the source lists none, by its version.</summary>
    /// <returns>Null where a run takes it.</returns>
    public async Task<string?> WhyAsync(
        ObjectFinder finder, IDropTarget target, ListedObject listed, CancellationToken cancellationToken) =>
        listed.ETag is { } tag ? _tags.GetValueOrDefault((listed.Key, tag))
        : await finder.HeadAsync(target, finder.Location, listed.Key, cancellationToken) is { VersionId: { } version }
            ? _versions.GetValueOrDefault((listed.Key, version))
        : null;
}
