using Amazon.S3;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Objects;

/// <summary>The kinds of sources: the one place that knows which class stands for which.</summary>
internal static class ObjectSources
{
    /// <param name="stores">Which source it is.</param>
    /// <param name="s3">Makes the client that signs, where one is needed.</param>
    /// <param name="time">The ledger's clock.</param>
    /// <param name="beat">Is called again and again while a large file is read.</param>
    /// <param name="logger">For a source that has something to say.</param>
    public static IObjectSource Open(
        StoreOptions stores, Func<IAmazonS3> s3, TimeProvider time, Action beat, ILogger<PublicBucket> logger) => stores switch
        {
            { Source.Folder: { } folder } => new DropFolder(folder, stores.StableFor, time, beat),
            { PublicIn: { } region } => new PublicBucket(S3Clients.Anonymous(region), stores.Source.Bucket!, time, logger),
            _ => new S3Source(s3(), stores.Source.Bucket!),
        };
}
