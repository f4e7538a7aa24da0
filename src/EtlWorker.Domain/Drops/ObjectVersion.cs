namespace EtlWorker.Domain.Drops;

/// <summary>One version of one object.</summary>
/// <param name="Bucket">The bucket; of a source that is no S3 bucket, the URI of its folder.</param>
/// <param name="Key">The key.</param>
/// <param name="VersionId">The version; null for whatever is there under the key.</param>
/// <param name="ETag">The ETag that it has, without quotes; null where it is not known.</param>
public sealed record ObjectVersion(string Bucket, string Key, string? VersionId, string? ETag)
{
    /// <summary>Where a person finds the object.</summary>
    public string Address => AddressOf(Bucket, Key);

    /// <summary>Where a person finds what has a key.</summary>
    public static string AddressOf(string bucket, string key) =>
        bucket.Contains("://", StringComparison.Ordinal) ? $"{bucket.TrimEnd('/')}/{key}" : $"s3://{bucket}/{key}";
}
