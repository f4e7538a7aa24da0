namespace EtlWorker.Definitions;

/// <summary>The definition cannot be used; every fault found is in <see cref="Faults"/>.</summary>
internal sealed class InvalidDefinitionException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults => faults;
}
