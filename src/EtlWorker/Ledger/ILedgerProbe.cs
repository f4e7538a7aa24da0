namespace EtlWorker.Ledger;

/// <summary>Asks whether the ledger can be written, before anything is taken that only the ledger can keep.</summary>
internal interface ILedgerProbe
{
    /// <exception cref="Exception">It cannot be written now: a fault of the database.</exception>
    Task ProbeAsync(CancellationToken cancellationToken);
}
