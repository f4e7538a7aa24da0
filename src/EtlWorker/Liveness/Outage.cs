namespace EtlWorker.Liveness;

/// <summary>Something that the worker needs is out of reach.</summary>
/// <param name="Since">When it was first missed.</param>
/// <param name="Cause">Why it is, at the last try.</param>
/// <param name="Remedy">What the operator should do; empty when waiting is the remedy.</param>
internal sealed record Outage(DateTimeOffset Since, string Cause, string Remedy);
