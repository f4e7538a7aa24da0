namespace EtlWorker.Recovery;

/// <summary>How a person's retry ended.</summary>
internal abstract record RetryOutcome
{
    private RetryOutcome()
    {
    }

    /// <summary>A worker takes the run up within its interval.</summary>
    /// <param name="Run">Id of <c>etl.run</c>.</param>
    /// <param name="Message">What happens now.</param>
    public sealed record Accepted(long Run, string Message) : RetryOutcome;

    /// <summary>Nothing was changed, and why.</summary>
    public sealed record Refused(string Message) : RetryOutcome;

    /// <summary>The date has no run.</summary>
    public sealed record NoRun : RetryOutcome;
}
