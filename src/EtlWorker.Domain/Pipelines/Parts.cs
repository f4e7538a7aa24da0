namespace EtlWorker.Domain.Pipelines;

/// <summary>Which files of a snapshot count where several keys are its feed's.</summary>
public enum Parts
{
    /// <summary>The newest file alone, whatever its key.</summary>
    Newest,

    /// <summary>The newest version of every key, together.</summary>
    All,
}
