namespace EtlWorker.Domain.Pipelines;

/// <summary>What follows from a feed's definition. No property of the record: a document that had it would be taken for valid.</summary>
public static class FeedDefinitionExtensions
{
    extension(FeedDefinition feed)
    {
        /// <summary>Whether every drop must be loaded, and not only the newest: none is ever superseded.</summary>
        public bool Accumulates => feed.Mode != LoadMode.Replace;

        /// <summary>Whether an object of this key is to be unpacked.</summary>
        public bool IsPacked(string key) => feed.Compression == Compression.Gzip
            || (feed.Compression == Compression.Auto && key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase));
    }
}
