namespace EtlWorker.Migrate;

/// <summary>Why the migrations of a definition are none that go on from those of its database.</summary>
/// <param name="Index">The place in the definition's list; null of a file that is no longer there.</param>
/// <param name="Cause">One clause.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record MigrationFault(int? Index, string Cause, string Remedy);
