namespace EtlWorker.Domain.Pipelines;

/// <summary>What follows from a feed's definition. No property of the record: a document that had it would be taken for valid.</summary>
public static class FeedDefinitionExtensions
{
    extension(FeedDefinition feed)
    {
        /// <summary>Whether the object can match several keys on one date.</summary>
        public bool IsGlob => feed.Object.Contains('*', StringComparison.Ordinal);

        /// <summary>Whether each of its keys names the date that it belongs to.</summary>
        public bool NamesDate => ((IDropTarget)feed).Pattern.NamesDate;

        /// <summary>Whether an object of this key is to be unpacked.</summary>
        public bool IsPacked(string key) => feed.Compression == Compression.Gzip
            || (feed.Compression == Compression.Auto && key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase));

        /// <summary>How the file writes the values of a column of the table.</summary>
        public ValueFormat FormatOf(string column) => feed.Columns.ByName.GetValueOrDefault(column)?.Over(feed) ?? feed;
    }
}
