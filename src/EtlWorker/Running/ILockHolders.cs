using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Running;

/// <summary>Says who holds the lock on a table that a run waits for.</summary>
internal interface ILockHolders
{
    /// <param name="session">The run, outside of a transaction.</param>
    /// <param name="fault">What the run met.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>The fault with the holder named, and what to do about it.</returns>
    Task<Fault> DescribeAsync(RunSession session, Fault fault, CancellationToken cancellationToken);
}
