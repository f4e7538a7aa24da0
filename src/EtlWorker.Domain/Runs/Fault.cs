namespace EtlWorker.Domain.Runs;

/// <summary>What went wrong, in words that hold no row contents. Made once, where the call that failed was made.</summary>
/// <param name="Kind">What it means for the run.</param>
/// <param name="Cause">One sentence.</param>
/// <param name="Remedy">What the operator should do; empty when trying again is the remedy.</param>
public sealed record Fault(FaultKind Kind, string Cause, string Remedy)
{
    public static Fault None { get; } = new(FaultKind.Passing, "", "");

    /// <summary>Whether another attempt may end well.</summary>
    public bool IsTransient => Kind != FaultKind.Permanent;

    /// <summary>
    /// Whether the contents of the file that was being loaded may be the cause, and not a connection, a right, room or a table that any
    /// other file would lack as well.
    /// </summary>
    public bool IsOfContents { get; init; }

    /// <summary>Whether another session holds a lock that the statement needs.</summary>
    public bool IsOfLock { get; init; }

    /// <summary>Whether the attempt that met it does not count, though its session ended: the next one goes another way.</summary>
    public bool CostsNoAttempt { get; init; }

    /// <summary>The exception itself where its stack is wanted; others may hold values of rows.</summary>
    public Exception? Unexpected { get; init; }

    /// <summary>Cause and remedy, for one line.</summary>
    public string Advice => Remedy.Length == 0 ? Cause : $"{Cause}. {Remedy}";
}
