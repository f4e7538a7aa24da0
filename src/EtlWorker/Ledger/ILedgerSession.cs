using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>One session of the ledger. It holds at most one transaction, and at most one pipeline's lock.</summary>
internal interface ILedgerSession : IAsyncDisposable
{
    /// <summary>False once the server or the network has ended it.</summary>
    bool IsOpen { get; }

    /// <summary>For what a run does besides: its tables are in the same database and the same transaction.</summary>
    NpgsqlConnection Connection { get; }

    IRunLedger Runs { get; }

    IDropLedger Drops { get; }

    IOutbox Outbox { get; }

    IDeadlineWatch Deadlines { get; }

    Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes the pipeline's lock, held from before the claim to the last notice: whoever finds it free knows that nobody is at work.
    /// PostgreSQL frees it when the session ends, however it ends.
    /// </summary>
    /// <returns>False when another session has it.</returns>
    /// <exception cref="RunFailedException">The database is reached in a way that cannot hold a lock.</exception>
    Task<bool> TryLockAsync(string pipeline, CancellationToken cancellationToken);

    /// <summary>Waits for the pipeline's lock, for half a minute.</summary>
    /// <returns>False when it took longer.</returns>
    /// <exception cref="RunFailedException">The database is reached in a way that cannot hold a lock.</exception>
    Task<bool> WaitForLockAsync(string pipeline, CancellationToken cancellationToken);

    /// <summary>Sees that the pipeline's lock is still held, after SQL that somebody else wrote.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="subject">What may have freed it, for the message.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <exception cref="RunFailedException">It is not.</exception>
    Task RequireLockAsync(string pipeline, string subject, CancellationToken cancellationToken);

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="worker">Who asks.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>Null when the lock is free by now.</returns>
    Task<LockHolder?> LockHolderAsync(string pipeline, string worker, CancellationToken cancellationToken);
}
