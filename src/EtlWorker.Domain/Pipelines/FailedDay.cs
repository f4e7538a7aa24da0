namespace EtlWorker.Domain.Pipelines;

/// <summary>Whether a run that failed has used its date.</summary>
public enum FailedDay
{
    /// <summary>It has; only a person's retry runs that date again.</summary>
    Closed,

    /// <summary>It has not; a newer drop of a required feed runs that date again.</summary>
    Open,
}
