using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Gate;

/// <summary>
/// Looks whether the files of a batch are still there before its date is claimed: one that was deleted while its set waited must not be
/// loaded from its former version.
/// </summary>
internal sealed class WithdrawnDrops(IObjectSource source, TimeProvider time)
{
    /// <summary>
    /// How long after its notification a file may be missing without being called deleted: replicas and gateways show it late.
    /// </summary>
    private static readonly TimeSpan ShownWithin = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Only what waits for this set: what an earlier one left over was promised to the next, and is read by its version. Of a key that has
    /// several versions the newest is the one that was deleted.
    /// </summary>
    /// <returns>Those that were deleted.</returns>
    /// <exception cref="RunDelayedException">One is not there, and was notified of just now.</exception>
    public async Task<IReadOnlyList<Drop>> AmongAsync(IEnumerable<Drop> drops, CancellationToken cancellationToken)
    {
        var withdrawn = new List<Drop>();
        var waiting = drops.Where(drop => drop.Disposition == DropDisposition.Pending).GroupBy(drop => (drop.Bucket, drop.Key));
        foreach (var drop in waiting.Select(versions => versions.Newest()))
        {
            if (await IsWithdrawnAsync(drop, cancellationToken))
            {
                withdrawn.Add(drop);
            }
        }

        return withdrawn;
    }

    /// <returns>Whether nothing is there under the drop's key any more.</returns>
    /// <exception cref="RunDelayedException">It is not there, and was notified of just now.</exception>
    public async Task<bool> IsWithdrawnAsync(Drop drop, CancellationToken cancellationToken) =>
        await source.FindAsync(drop.Bucket, drop.Key, cancellationToken) switch
        {
            Presence.Deleted => true,
            Presence.Missing => IsNew(drop) ? throw NotShownYet(drop) : true,
            _ => false,
        };

    /// <summary>Whether the notification of the drop is so recent that S3 need not show it everywhere.</summary>
    public bool IsNew(Drop drop) => time.GetUtcNow() - drop.ReceivedAt < ShownWithin;

    public static RunDelayedException NotShownYet(Drop drop) => new(
        $"the source does not show {drop.Object.Address} yet, whose event is of {drop.EventTime.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
}
