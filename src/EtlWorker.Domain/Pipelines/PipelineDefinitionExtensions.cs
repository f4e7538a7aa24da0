namespace EtlWorker.Domain.Pipelines;

/// <summary>What follows from a definition. Not properties of its records: a document that had them would be taken for valid.</summary>
public static class PipelineDefinitionExtensions
{
    extension(PipelineDefinition pipeline)
    {
        public IEnumerable<FeedDefinition> RequiredFeeds => pipeline.Feeds.Where(feed => feed.Required);

        /// <summary>The names of the feeds whose every drop must be loaded.</summary>
        public IEnumerable<string> Accumulating => pipeline.Feeds.Where(feed => feed.Accumulates).Select(feed => feed.Name);

        /// <summary>The marker as a feed that fills no table; null where the trigger is another.</summary>
        public FeedDefinition? Marker => pipeline.Trigger is { When: TriggerKind.Marker, Object: { } key }
            ? new FeedDefinition { Name = PipelineDefinition.MarkerFeed, Object = key, Table = "", Required = false }
            : null;
    }
}
