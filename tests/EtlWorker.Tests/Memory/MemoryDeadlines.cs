using EtlWorker.Ledger.Notices;

namespace EtlWorker.Tests.Memory;

/// <summary>Up to when deadlines were looked at, in memory.</summary>
internal sealed class MemoryDeadlines : IDeadlineWatch
{
    private DateTimeOffset? _until;

    public Task<DateTimeOffset?> BeginAsync(string pipeline, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var before = _until;
        _until ??= until;
        return Task.FromResult(before);
    }

    public Task MoveAsync(string pipeline, DateTimeOffset until, CancellationToken cancellationToken)
    {
        _until = until;
        return Task.CompletedTask;
    }
}
