using EtlWorker.Domain.Drops;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Running;

namespace EtlWorker.Manual;

/// <summary>The outbox of which a command sends what its own run says. The service sends the rest.</summary>
internal sealed class OwnNotices(IOutbox outbox, RunMemory memory) : IOutbox
{
    public Task AddAsync(Notice notice, CancellationToken cancellationToken) => outbox.AddAsync(notice, cancellationToken);

    public Task GatherAsync(
        string pipeline, DropDisposition disposition, IReadOnlyList<ExcludedDrop> excluded,
        Func<IReadOnlyList<ExcludedDrop>, Notice> write, CancellationToken cancellationToken) =>
        outbox.GatherAsync(pipeline, disposition, excluded, write, cancellationToken);

    public async Task<UnsentNotice?> NextUnsentAsync(string pipeline, long after, CancellationToken cancellationToken)
    {
        while (await outbox.NextUnsentAsync(pipeline, after, cancellationToken) is { } next)
        {
            if (next.Notice.RunId is { } run && memory.CommandRuns.Contains(run))
            {
                return next;
            }

            after = next.Id;
        }

        return null;
    }

    public Task MarkSentAsync(long id, string messageId, CancellationToken cancellationToken) =>
        outbox.MarkSentAsync(id, messageId, cancellationToken);

    public Task MarkUnsentAsync(long id, string error, CancellationToken cancellationToken) =>
        outbox.MarkUnsentAsync(id, error, cancellationToken);
}
