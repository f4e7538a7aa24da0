namespace EtlWorker.StandIns.Faults;

/// <summary>What goes wrong while an object's body is sent.</summary>
/// <param name="CutAfter">The connection is closed after this many bytes; never when null.</param>
/// <param name="ChunkBytes">How many bytes are sent at a time.</param>
/// <param name="Delay">The pause before each chunk.</param>
internal sealed record BodyFault(long? CutAfter, int ChunkBytes, TimeSpan Delay)
{
    public static BodyFault None { get; } = new(null, 64 * 1024, TimeSpan.Zero);
}
