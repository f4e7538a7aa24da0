using EtlWorker.Benchmarks.Runs;

namespace EtlWorker.Benchmarks;

/// <summary>One load, or one whole run.</summary>
/// <param name="Wall">Of a load: from the emptying of the table to its commit. Of a run: from its beginning to its last notice.</param>
/// <param name="Client">CPU of the program that loads.</param>
/// <param name="Server">CPU of PostgreSQL, all of its processes.</param>
/// <param name="Objects">CPU of the stand-in for S3, which is another machine's in earnest.</param>
/// <param name="Peak">The loading program's peak resident memory, in bytes.</param>
internal sealed record Measurement(TimeSpan Wall, TimeSpan Client, TimeSpan Server, TimeSpan Objects, long Peak)
{
    /// <summary>Of a run.</summary>
    public RunStages? Stages { get; init; }
}
