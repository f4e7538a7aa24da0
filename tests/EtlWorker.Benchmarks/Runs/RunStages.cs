namespace EtlWorker.Benchmarks.Runs;

/// <summary>How long the parts of a whole run took, as far as they can be told apart.</summary>
/// <param name="Load">The three files.</param>
/// <param name="Check">The three checks.</param>
/// <param name="Analyse">The three analyses.</param>
internal sealed record RunStages(TimeSpan Load, TimeSpan Check, TimeSpan Analyse);
