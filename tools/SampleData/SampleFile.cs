namespace EtlWorker.SampleData;

/// <summary>A file that was written. <paramref name="Rows"/> leaves the header out.</summary>
public sealed record SampleFile(string Name, int Rows, long Bytes);
