namespace EtlWorker.Domain.Runs;

/// <summary>The stages of a run, in order. Stored in lower case.</summary>
public enum RunStage
{
    Plan,
    Load,
    Check,
    Analyse,
    Commit,
    Export,
    Notify,
}
