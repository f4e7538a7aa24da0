using EtlWorker.Domain.Drops;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;

namespace EtlWorker.Tests.Memory;

/// <summary>The notices of a ledger in memory.</summary>
internal sealed class MemoryOutbox(MemoryLedger ledger) : IOutbox
{
    private readonly HashSet<long> _sent = [];

    public Task AddAsync(Notice notice, CancellationToken cancellationToken)
    {
        ledger.Notices.Add(notice);
        return Task.CompletedTask;
    }

    public Task GatherAsync(
        string pipeline, DropDisposition disposition, IReadOnlyList<ExcludedDrop> excluded,
        Func<IReadOnlyList<ExcludedDrop>, Notice> write, CancellationToken cancellationToken)
    {
        if (excluded.Count > 0)
        {
            ledger.Notices.Add(write(excluded));
        }

        return Task.CompletedTask;
    }

    public Task<UnsentNotice?> NextUnsentAsync(string pipeline, long after, CancellationToken cancellationToken)
    {
        for (var id = after + 1; id <= ledger.Notices.Count; id++)
        {
            if (!_sent.Contains(id))
            {
                return Task.FromResult<UnsentNotice?>(new UnsentNotice(id, ledger.Notices[(int)id - 1]));
            }
        }

        return Task.FromResult<UnsentNotice?>(null);
    }

    public Task MarkSentAsync(long id, string messageId, CancellationToken cancellationToken)
    {
        _sent.Add(id);
        return Task.CompletedTask;
    }

    public Task MarkUnsentAsync(long id, string error, CancellationToken cancellationToken) => Task.CompletedTask;
}
