using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger.Runs;

/// <summary>How far a run has come.</summary>
/// <param name="State">Its state.</param>
/// <param name="Attempt">Its present attempt.</param>
/// <param name="Stage">The stage that the attempt began last; null before the first.</param>
/// <param name="Error">The fault that ended the last attempt, or the run.</param>
/// <param name="RetryError">Why its last retry failed, though the date stays succeeded.</param>
/// <param name="IsAwaited">Whether it was returned to the workers and none has begun it.</param>
/// <param name="IsWatched">Whether a worker of its pipeline is alive.</param>
internal sealed record RunProgress(
    RunState State, int Attempt, RunStage? Stage, string? Error, string? RetryError, bool IsAwaited, bool IsWatched)
{
    /// <summary>Whether nobody goes on with it by themselves: it succeeded, failed, or is loaded and cannot be delivered.</summary>
    public bool HasEnded => State is RunState.Succeeded or RunState.Failed || (State == RunState.Committed && Error is not null);

    /// <summary>Whether its last retry, or its only try, ended well.</summary>
    public bool HasSucceeded => State == RunState.Succeeded && RetryError is null;

    /// <summary>One line, with the fault that it waits for the end of, if there is one.</summary>
    public string Describe() => State switch
    {
        RunState.Claimed when IsAwaited => "waits for a worker, which looks every RUN__INTERVAL",
        RunState.Claimed when Error is not null => $"attempt {Attempt}, tried again after: {Error}",
        RunState.Claimed when Stage is null => "waits for a worker",
        RunState.Succeeded when RetryError is not null => "the retry failed; the date stays succeeded",
        RunState.Claimed or RunState.Committed when !HasEnded => $"attempt {Attempt}, {EnumText.Of(Stage ?? RunStage.Plan)}",
        _ => EnumText.Of(State),
    };
}
