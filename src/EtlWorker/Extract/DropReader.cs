using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Extract;

/// <summary>Opens the exact version of an object that a drop is, and opens it again where its body breaks.</summary>
internal sealed class DropReader(IObjectSource source, TimeProvider time, ILogger<DropReader> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <exception cref="DropChangedException">That version is no more; also thrown by a later read.</exception>
    public async Task<DropContent> OpenAsync(Drop drop, CancellationToken cancellationToken)
    {
        var body = await OpenAsync(drop, drop.VersionId is null ? drop.ETag : null, 0, cancellationToken);
        var etag = body.ETag ?? drop.ETag;
        return new DropContent(
            drop.Key, body, (from, stop) => OpenAsync(drop, etag, from, stop), new Backoff(FirstWait, LongestWait, Random.Shared), time,
            logger);
    }

    private async Task<ObjectBody> OpenAsync(Drop drop, string? etag, long from, CancellationToken cancellationToken)
    {
        try
        {
            var body = await source.OpenAsync(drop.Object with { ETag = etag }, from, cancellationToken);
            if (etag is null || body.ETag is null || body.ETag == etag)
            {
                return body;
            }

            // An endpoint that does not know If-Match.
            body.Dispose();
        }
        catch (ObjectGoneException gone)
        {
            throw new DropChangedException(drop, gone);
        }

        throw new DropChangedException(drop);
    }
}
