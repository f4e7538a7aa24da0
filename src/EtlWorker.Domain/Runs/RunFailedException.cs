namespace EtlWorker.Domain.Runs;

/// <summary>
/// A permanent failure of a run: trying again with the same drops would end the same way. The message is one sentence for
/// a person, without row contents.
/// </summary>
public sealed class RunFailedException(string message, string remedy, Exception? cause = null)
    : FaultException(new Fault(FaultKind.Permanent, message, remedy), cause)
{
    /// <summary>Whether another file might end otherwise; not where the definition or a table is what must be corrected.</summary>
    public bool IsOfFile { get; init; } = true;

    public override Fault Fault => base.Fault with { IsOfContents = IsOfFile };
}
