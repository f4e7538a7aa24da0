namespace EtlWorker.Ledger;

/// <summary>Asks whether the ledger can be written, before anything is taken that only the ledger can keep.</summary>
internal interface ILedgerProbe
{
    /// <exception cref="Npgsql.NpgsqlException">It cannot be written now.</exception>
    Task ProbeAsync(CancellationToken cancellationToken);
}
