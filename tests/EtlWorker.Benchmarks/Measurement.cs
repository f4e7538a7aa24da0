namespace EtlWorker.Benchmarks;

/// <summary>One load.</summary>
/// <param name="Wall">From the emptying of the table to its commit.</param>
/// <param name="Client">CPU of the program that loads.</param>
/// <param name="Server">CPU of PostgreSQL, all of its processes.</param>
/// <param name="Objects">CPU of the stand-in for S3, which is another machine's in earnest.</param>
/// <param name="Peak">The loading program's peak resident memory, in bytes.</param>
internal sealed record Measurement(TimeSpan Wall, TimeSpan Client, TimeSpan Server, TimeSpan Objects, long Peak);
