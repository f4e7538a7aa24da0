namespace EtlWorker.Benchmarks;

/// <summary>An object of the landing bucket.</summary>
internal sealed record DroppedFile(string Key, long Bytes, string VersionId, string ETag);
