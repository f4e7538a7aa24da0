namespace EtlWorker.Domain.Pipelines;

/// <summary>What follows from what a drop is a drop of. A marker is one object, and fills no table.</summary>
public static class DropTargetExtensions
{
    extension(IDropTarget target)
    {
        /// <summary>Exact object key, or a pattern of keys, as the definition has it.</summary>
        public string Object => target.Pattern.Text;

        /// <summary>Whether every drop must be loaded, and not only the newest: none is ever superseded.</summary>
        public bool IsIncremental => target is FeedDefinition { Mode: not LoadMode.Replace };

        /// <summary>Whether a snapshot is made of several files, the newest version of each key.</summary>
        public bool HasParts => target is FeedDefinition { Mode: LoadMode.Replace, Parts: Parts.All };

        /// <summary>Whether an object of this key is a drop of it, and the date that the key names, if any.</summary>
        public bool Takes(string key, out DateOnly? date) => target.Pattern.Matches(key, out date);
    }
}
