using EtlWorker.Domain.Drops;

namespace EtlWorker.Intake;

/// <summary>What a message told: its events, and what of it could not be read.</summary>
/// <param name="Events">Every record that could be read and tells that an object landed; none for a test event.</param>
/// <param name="Fault">Why the message, or one of its records, could not be read; null when all was.</param>
internal sealed record ReadMessage(IReadOnlyList<DropEvent> Events, string? Fault);
