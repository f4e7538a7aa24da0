namespace EtlWorker.Objects;

/// <summary>Where drops land and where results go.</summary>
internal sealed record BucketOptions(string Landing, string Results);
