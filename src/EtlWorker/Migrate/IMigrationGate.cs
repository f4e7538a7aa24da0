using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;

namespace EtlWorker.Migrate;

/// <summary>Says whether a database has what a definition's runs need.</summary>
internal interface IMigrationGate
{
    /// <param name="session">With the pipeline's lock held, outside of a transaction.</param>
    /// <param name="definition">The definition of the next run.</param>
    /// <param name="cancellationToken">Cancels the question, and what is being applied.</param>
    /// <returns>Why no run may begin with it; null where one may.</returns>
    Task<Fault?> FaultAsync(ILedgerSession session, LoadedDefinition definition, CancellationToken cancellationToken);
}
