using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger.Runs;

/// <summary>A run as the ledger has it.</summary>
internal sealed record Run
{
    public required long Id { get; init; }

    public required string Pipeline { get; init; }

    public required DateOnly RunDate { get; init; }

    public required DateOnly AsOf { get; init; }

    public RunOrigin Origin { get; init; } = RunOrigin.Event;

    /// <summary>The id of a run of a command; null of another one.</summary>
    public long? ManualId => Origin == RunOrigin.Manual ? Id : null;

    public required RunState State { get; init; }

    /// <summary>From 1; one more each time that the load begins anew.</summary>
    public required int Attempt { get; init; }

    /// <summary>The attempt from which the allowed number counts: 1, or the first after a person's retry.</summary>
    public required int FirstAttempt { get; init; }

    public required string DefinitionHash { get; init; }

    /// <summary>The worker that has it, or had it last.</summary>
    public required string Worker { get; init; }

    public required DateTimeOffset ClaimedAt { get; init; }

    public DateTimeOffset? CommittedAt { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Why it failed, or why it is loaded and not exported.</summary>
    public string? Error { get; init; }

    /// <summary>Why a person had it run again.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when it is tried again after temporary faults; null while nothing is waited for.</summary>
    public DateTimeOffset? PassingSince { get; init; }

    /// <summary>Whether a person had it made again, and no worker has begun that.</summary>
    public bool IsAwaited => State == RunState.Claimed && Attempt < FirstAttempt;

    /// <summary>Attempts begun since the run was claimed or retried.</summary>
    public int AttemptsUsed => Attempt - FirstAttempt + 1;

    /// <summary>
    /// Loaded, and its results could not be delivered for a reason that waiting does not correct: a person must retry it.
    /// </summary>
    public bool IsParked => State == RunState.Committed && Error is not null;
}
