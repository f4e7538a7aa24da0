using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Notices;
using EtlWorker.Notify;

namespace EtlWorker.Tests.Notify;

/// <summary>A topic whose notices stay in memory.</summary>
internal sealed class Inbox : ITopic
{
    /// <summary>What was published, oldest first.</summary>
    public List<Notice> Received { get; } = [];

    /// <summary>Whether SNS is out of reach.</summary>
    public bool Refuses { get; set; }

    public Task<string> PublishAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (Refuses)
        {
            throw new FaultException(new Fault(FaultKind.Passing, "SNS is down as well", ""));
        }

        Received.Add(notice);
        return Task.FromResult($"{Guid.NewGuid()}");
    }
}
