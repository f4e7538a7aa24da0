using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Pipelines;

/// <summary>The object that says that a set is whole. It is not read, and fills no table.</summary>
/// <param name="Pattern">The keys that it may have.</param>
public sealed record MarkerDefinition(ObjectPattern Pattern) : IDropTarget
{
    /// <summary>What the ledger calls the feed of a marker; no feed can have this name.</summary>
    public const string LedgerName = "(marker)";

    public string Name => LedgerName;
}
