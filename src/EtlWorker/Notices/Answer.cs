namespace EtlWorker.Notices;

/// <summary>An analysis' values of the run date, by column.</summary>
internal sealed record Answer(string Analysis, IReadOnlyList<(string Column, string Value)> Values);
