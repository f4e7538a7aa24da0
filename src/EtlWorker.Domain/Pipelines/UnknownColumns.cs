namespace EtlWorker.Domain.Pipelines;

/// <summary>What a header column that the table does not have means.</summary>
public enum UnknownColumns
{
    Warn,
    Fail,
}
