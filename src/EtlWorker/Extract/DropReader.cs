using EtlWorker.Domain.Drops;
using EtlWorker.Objects;

namespace EtlWorker.Extract;

/// <summary>Opens the exact version of an object that a drop is.</summary>
internal sealed class DropReader(ObjectStore objects, TimeProvider time)
{
    public async Task<DropContent> OpenAsync(Drop drop, CancellationToken cancellationToken) =>
        new(await objects.OpenAsync(drop.Bucket, drop.Key, drop.VersionId, drop.ETag, cancellationToken), time);
}
