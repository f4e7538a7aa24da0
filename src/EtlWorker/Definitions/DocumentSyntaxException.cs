namespace EtlWorker.Definitions;

/// <summary>A document is no JSON.</summary>
/// <param name="fault">What is wrong, with its place.</param>
internal sealed class DocumentSyntaxException(DefinitionFault fault) : Exception(fault.Message)
{
    public DefinitionFault Fault => fault;
}
