using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Objects;

/// <summary>
/// Somebody else's bucket that everybody may read. It notifies nobody here; it need not let everybody list, nor read by version: then
/// keys are asked for one by one, and what is not there cannot be told from what may not be read. An object is known, and read, by its
/// ETag.
/// </summary>
/// <param name="s3">A client that signs nothing.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="time">Says when it was looked at.</param>
/// <param name="logger">Is told once that it may not be listed.</param>
internal sealed partial class PublicBucket(IAmazonS3 s3, string bucket, TimeProvider time, ILogger<PublicBucket> logger) : IObjectSource
{
    /// <summary>A client's clock and S3's need not agree, and S3 gives whole seconds.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(2);

    private readonly S3Source _source = new(s3, bucket);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _looks = new(StringComparer.Ordinal);
    private volatile bool _mayNotList;

    public string Location => bucket;

    public bool NotifiesOfEvents => false;

    public DateTimeOffset ListedUntil(string prefix) => _looks.GetValueOrDefault(prefix, DateTimeOffset.MinValue);

    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellationToken) =>
        _source.ListAsync(prefix, cancellationToken);

    public async IAsyncEnumerable<ListedObject> ListAsync(
        ObjectPattern pattern, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        if (!_mayNotList)
        {
            await using var listed = _source.ListAsync(pattern.Prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(listed))
            {
                yield return listed.Current;
            }
        }

        // In the same look: what could not be listed is asked for by its key.
        if (_mayNotList)
        {
            foreach (var key in KeysOf(pattern, since, began))
            {
                if (await HeadAsync(bucket, key, cancellationToken) is { } head)
                {
                    yield return new ListedObject { Key = key, ETag = head.ETag, Size = head.Size, LastModified = head.LastModified };
                }
            }
        }

        _looks[pattern.Prefix] = began - Precision;
    }

    public Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken) =>
        S3Calls.AskAsync<ObjectHead?>(bucket, async () =>
        {
            try
            {
                var head = await s3.GetObjectMetadataAsync(bucket, key, cancellationToken);
                return new ObjectHead
                {
                    Key = key,
                    // Who may read an object need not be allowed to read its versions.
                    VersionId = null,
                    ETag = head.ETag?.Trim('"'),
                    Size = head.ContentLength,
                    LastModified = new DateTimeOffset(head.LastModified!.Value.ToUniversalTime()),
                };
            }
            catch (AmazonS3Exception fault) when (fault.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
            {
                if (!await IsAbsentAsync(fault, cancellationToken))
                {
                    throw;
                }

                return null;
            }
        });

    public async Task<Presence> FindAsync(string bucket, string key, CancellationToken cancellationToken) =>
        await HeadAsync(bucket, key, cancellationToken) is null ? Presence.Missing : Presence.Present;

    public async Task<ObjectBody> OpenAsync(ObjectVersion version, long from, CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenAsync(version, from, cancellationToken);
        }
        catch (FaultException fault) when (fault.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden })
        {
            throw await IsAbsentAsync((AmazonS3Exception)fault.InnerException, cancellationToken)
                ? new ObjectGoneException(
                    new Fault(FaultKind.Permanent, "the object was deleted, or may not be read any more", "Ask the bucket's owner."), fault)
                : fault;
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ListedObject> listed)
    {
        try
        {
            return await listed.MoveNextAsync();
        }
        catch (FaultException fault) when (
            fault.InnerException is AmazonS3Exception refused && AwsFault.Classify(refused) == AwsFaultKind.Denied)
        {
            _mayNotList = true;
            LogMayNotList(bucket);
            return false;
        }
    }

    private IReadOnlyList<string> KeysOf(ObjectPattern pattern, DateTimeOffset since, DateTimeOffset now)
    {
        var (oldest, newest) = (now.AddYears(-1), now.AddDays(1));
        if (pattern.KeysOf(DayOf(since > oldest ? since.AddDays(-1) : oldest), DayOf(newest)) is { } keys)
        {
            return keys;
        }

        // The next look tries to list again.
        _mayNotList = false;
        throw new FaultException(new Fault(
            FaultKind.Permanent, $"the bucket {bucket} may not be listed, and \"{pattern.Text}\" does not say which keys are meant",
            "Give the feed's \"object\" as one key, or with {date} in it; or have the bucket's owner allow everybody s3:ListBucket."));
    }

    private static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    /// <summary>To whoever may not list, what is not there is forbidden.</summary>
    private async Task<bool> IsAbsentAsync(AmazonS3Exception fault, CancellationToken cancellationToken)
    {
        if (fault.StatusCode == HttpStatusCode.Forbidden && !_mayNotList)
        {
            await using var listed = _source.ListAsync("", cancellationToken).GetAsyncEnumerator(cancellationToken);
            await NextAsync(listed);
        }

        return fault.StatusCode == HttpStatusCode.NotFound || _mayNotList;
    }

    [LoggerMessage(
        LogLevel.Information, "The bucket {Bucket} may not be listed: its keys are asked for one by one. One that may not be read counts "
            + "as one that is not there")]
    private partial void LogMayNotList(string bucket);
}
