using System.Collections.Concurrent;
using System.Globalization;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Load;

/// <summary>
/// The manifests of a run's files: they are read before anything is loaded, and each file must agree with its own once it is read. One
/// that is not there yet, or is of an earlier version of its file, is waited for as for the end of a temporary fault (decision 31).
/// </summary>
internal sealed class Manifests(IObjectSource source)
{
    private const int MostBytes = 1 << 20;

    /// <summary>S3 gives whole seconds.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    // By drop and definition: a file need not be loaded again to know that it does not agree with the same manifest.
    private readonly ConcurrentDictionary<(long Drop, string Definition), ControlTotals> _refuted = new();

    /// <param name="run">The run.</param>
    /// <param name="feed">The file's feed.</param>
    /// <param name="drop">The file.</param>
    /// <param name="date">The file's own date: a run may have files of several.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>What the manifest of a file says; null where the feed has none.</returns>
    /// <exception cref="FaultException">It is not there yet, or as it was when the file did not agree with it.</exception>
    /// <exception cref="RunFailedException">It cannot be understood.</exception>
    public async Task<ControlTotals?> ReadAsync(
        Run run, FeedDefinition feed, Drop drop, DateOnly date, CancellationToken cancellationToken)
    {
        if (feed.Manifest is not { } manifest)
        {
            return null;
        }

        var key = manifest.KeyOf(drop.Key, date);
        if (await source.HeadAsync(drop.Bucket, key, cancellationToken) is not { } head)
        {
            throw Awaited(drop, key, $"{ObjectVersion.AddressOf(drop.Bucket, key)}, the manifest of {drop.Key}, is not there yet");
        }

        if (head.Size > MostBytes)
        {
            throw Unreadable(drop, head, $"has more than {MostBytes:N0} bytes, as no manifest has");
        }

        var bytes = await BytesAsync(drop, head, key, cancellationToken);
        try
        {
            var (rows, hash) = await new ManifestText(manifest, drop.Key).ReadAsync(bytes, cancellationToken);
            var totals = new ControlTotals(key, rows, hash, head.LastModified, head.ETag);
            return _refuted.TryGetValue((drop.Id, run.DefinitionHash), out var former) && former == totals
                ? throw AwaitedNewer(drop, totals)
                : totals;
        }
        catch (FormatException fault)
        {
            throw Unreadable(drop, head, fault.Message);
        }
    }

    /// <param name="job">A file that was read to its end.</param>
    /// <param name="rows">Its rows, the refused ones included.</param>
    /// <param name="sha256">The hash of its bytes.</param>
    /// <returns>Null where it agrees with its manifest, or has none.</returns>
    /// <exception cref="FaultException">The manifest is older than the file: a newer one may come.</exception>
    public RunFailedException? Disagreement(FeedJob job, long rows, string sha256)
    {
        if (job.Control is not { } totals)
        {
            return null;
        }

        if (totals.Unread is { } unread)
        {
            return new RunFailedException(unread.Cause, unread.Remedy);
        }

        List<string> differences =
        [
            .. totals.Rows is { } said && said != rows
                ? [$"{Counted.Of(rows, "row")} where its manifest says {said.ToString("N0", CultureInfo.InvariantCulture)}"]
                : Array.Empty<string>(),
            .. totals.Sha256 is { } hash && !hash.Equals(sha256, StringComparison.OrdinalIgnoreCase)
                ? [$"the SHA-256 {sha256} where its manifest says {hash.ToLowerInvariant()}"]
                : Array.Empty<string>(),
        ];
        if (differences.Count == 0)
        {
            _refuted.TryRemove((job.Drop.Id, job.Run.DefinitionHash), out _);
            return null;
        }

        if (!job.ReadsOn && IsOlder(totals.WrittenAt, job.Drop))
        {
            _refuted[(job.Drop.Id, job.Run.DefinitionHash)] = totals;
            throw AwaitedNewer(job.Drop, totals);
        }

        return new RunFailedException(
            $"{job.File} has {string.Join(" and ", differences)} ({totals.Key})",
            "Have the sender export the file and its manifest again, and drop both; a manifest that was overwritten for a later version of "
                + "the file does not fit this one.");
    }

    private async Task<byte[]> BytesAsync(Drop drop, ObjectHead head, string key, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await source.OpenAsync(
                new ObjectVersion(drop.Bucket, head.Key, head.VersionId, head.ETag), 0, cancellationToken);
            return await body.ReadAllAsync(cancellationToken);
        }
        catch (ObjectGoneException)
        {
            throw Awaited(
                drop, key, $"{ObjectVersion.AddressOf(drop.Bucket, key)}, the manifest of {drop.Key}, was overwritten as it was read");
        }
    }

    private static FaultException AwaitedNewer(Drop drop, ControlTotals totals) => Awaited(drop, totals.Key,
        $"{drop.Key} does not agree with {ObjectVersion.AddressOf(drop.Bucket, totals.Key)}, "
            + $"which is older ({totals.WrittenAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC): "
            + "its own manifest is not there yet");

    private static FaultException Awaited(Drop drop, string key, string cause) => new(new Fault(
        FaultKind.Passing, cause,
        $"See that the sender uploads {key} with {drop.Key}. Once it is there, retry the date if the run has failed by then."));

    private static bool IsOlder(DateTimeOffset writtenAt, Drop drop) => writtenAt + Precision <= drop.EventTime;

    /// <summary>One that is older than the file may be of an earlier file, and know nothing of this one.</summary>
    private static FaultException Unreadable(Drop drop, ObjectHead head, string what)
    {
        var manifest = $"{ObjectVersion.AddressOf(drop.Bucket, head.Key)}, the manifest of {drop.Key}, {what}";
        return IsOlder(head.LastModified, drop)
            ? Awaited(drop, head.Key, $"{manifest}, and is older than the file: its own manifest is not there yet")
            : new RunFailedException(
                manifest, "Correct the manifest, or what the feed's \"manifest\" says of it, and drop both files again.");
    }
}
