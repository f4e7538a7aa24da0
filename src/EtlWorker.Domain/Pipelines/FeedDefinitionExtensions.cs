namespace EtlWorker.Domain.Pipelines;

/// <summary>What follows from a feed's definition. No property of the record: a document that had it would be taken for valid.</summary>
public static class FeedDefinitionExtensions
{
    extension(FeedDefinition feed)
    {
        /// <summary>Whether every drop must be loaded, and not only the newest: none is ever superseded.</summary>
        public bool Accumulates => feed.Mode != LoadMode.Replace;

        /// <summary>Whether a snapshot is made of several files, the newest version of each key.</summary>
        public bool HasParts => feed is { Mode: LoadMode.Replace, Parts: Parts.All };

        /// <summary>Whether the object can match several keys on one date.</summary>
        public bool IsGlob => feed.Object.Contains('*', StringComparison.Ordinal);

        /// <summary>Whether an object of this key is to be unpacked.</summary>
        public bool IsPacked(string key) => feed.Compression == Compression.Gzip
            || (feed.Compression == Compression.Auto && key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase));
    }
}
