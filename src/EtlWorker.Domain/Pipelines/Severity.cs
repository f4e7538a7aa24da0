namespace EtlWorker.Domain.Pipelines;

public enum Severity
{
    Fail,
    Warn,
}
