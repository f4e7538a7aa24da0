namespace EtlWorker.Objects;

/// <summary>A bucket, or a folder of this machine: where drops land, or where results go.</summary>
/// <param name="Bucket">The bucket; null of a folder.</param>
/// <param name="Folder">The folder's full path; null of a bucket.</param>
internal sealed record StoreLocation(string? Bucket, string? Folder)
{
    private const string OfBucket = "s3://";
    private const string OfFolder = "file:///";

    /// <summary>For a message.</summary>
    public string Text => Folder ?? $"the bucket {Bucket}";

    public static StoreLocation OfBucketNamed(string bucket) => new(bucket, null);

    /// <exception cref="FormatException">It is neither <c>s3://bucket</c> nor <c>file:///folder</c>.</exception>
    public static StoreLocation Parse(string text)
    {
        if (text.StartsWith(OfBucket, StringComparison.Ordinal) && text[OfBucket.Length..].TrimEnd('/') is { Length: > 0 } bucket
            && !bucket.Contains('/'))
        {
            return OfBucketNamed(bucket);
        }

        return text.StartsWith(OfFolder, StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && Path.TrimEndingDirectorySeparator(uri.LocalPath) is { Length: > 1 } folder
            ? new StoreLocation(null, folder)
            : throw new FormatException($"is neither {OfBucket}bucket nor {OfFolder}folder");
    }
}
