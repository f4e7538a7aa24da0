using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Pipelines;

/// <summary>What an object that lands can be a drop of: a feed, or the marker.</summary>
public interface IDropTarget
{
    /// <summary>The name under which the ledger has its drops.</summary>
    string Name { get; }

    /// <summary>The keys of its objects.</summary>
    ObjectPattern Pattern { get; }
}
