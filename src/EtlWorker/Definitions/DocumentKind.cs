namespace EtlWorker.Definitions;

/// <summary>What a value of a JSON document is.</summary>
internal enum DocumentKind
{
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}
