using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>What can arrive for a pipeline, as its trigger has it.</summary>
public static class PipelineTargets
{
    extension(PipelineDefinition pipeline)
    {
        public IBatchTrigger BatchTrigger => BatchTriggers.Of(pipeline);

        /// <summary>The feeds, in the order of the definition, then the marker.</summary>
        public IEnumerable<IDropTarget> Targets =>
            pipeline.BatchTrigger.Marker is { } marker ? pipeline.Feeds.Append<IDropTarget>(marker) : pipeline.Feeds;

        /// <summary>The feed that the ledger has under this name, or the marker; null where there is none.</summary>
        public IDropTarget? Target(string name) => pipeline.Targets.FirstOrDefault(target => target.Name == name);

        /// <summary>The feed that an object of this key is a drop of, or the marker; null where there is none.</summary>
        public IDropTarget? TargetOf(string key) => pipeline.Targets.FirstOrDefault(target => target.Takes(key, out _));

        /// <summary>The names of the feeds whose newest drop is a candidate, whatever became of it.</summary>
        public IEnumerable<string> ReadUnchanged =>
            pipeline.BatchTrigger.ReadsUnchanged ? pipeline.RequiredFeeds.Select(feed => feed.Name) : [];

        /// <summary>The names of the feeds of which a batch reads every part, loaded ones included.</summary>
        public IEnumerable<string> PartsOfChange =>
            pipeline.BatchTrigger.ReadsUnchanged ? pipeline.Feeds.Where(feed => feed.HasParts).Select(feed => feed.Name) : [];
    }
}
