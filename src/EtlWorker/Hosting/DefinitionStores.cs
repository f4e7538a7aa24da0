using Amazon.S3;
using EtlWorker.Definitions;
using EtlWorker.Objects;
using EtlWorker.Serving;

namespace EtlWorker.Hosting;

/// <summary>The store that <c>PIPELINE__DEFINITION</c> names.</summary>
internal static class DefinitionStores
{
    /// <param name="location">A file, a folder, or <c>s3://bucket/prefix/</c>.</param>
    /// <param name="s3">Makes the client, where one is needed.</param>
    public static IDefinitionStore Open(string location, Func<IAmazonS3> s3) => FileOf(location) is { } file
        ? new FileStore(file)
        : new FolderStore(TreeOf(location, s3));

    /// <summary>The folder that a location names.</summary>
    /// <param name="location">A folder, or <c>s3://bucket/prefix/</c>.</param>
    /// <param name="s3">Makes the client, where one is needed.</param>
    public static IFileTree TreeOf(string location, Func<IAmazonS3> s3)
    {
        if (location.StartsWith(S3Tree.Scheme, StringComparison.Ordinal))
        {
            var (bucket, prefix) = S3Tree.Parse(location);
            return new S3Tree(s3(), bucket, prefix);
        }

        return new LocalTree(Path.GetFullPath(File.Exists(location) ? Path.GetDirectoryName(location)! : location));
    }

    /// <summary>The document that stands alone: its folder has no lock. Null where a folder, or a lock, decides.</summary>
    public static string? FileOf(string location)
    {
        var file = Directory.Exists(location) ? Path.Combine(location, DefinitionFile.DefaultName) : location;
        return File.Exists(file) && !File.Exists(Path.Combine(Path.GetDirectoryName(file)!, DeploymentLock.FileName)) ? file : null;
    }
}
