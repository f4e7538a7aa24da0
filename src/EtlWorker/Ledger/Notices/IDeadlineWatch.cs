namespace EtlWorker.Ledger.Notices;

/// <summary>Up to when a pipeline's deadlines were looked at, so that each missed one is reported once, whoever looks.</summary>
internal interface IDeadlineWatch
{
    /// <summary>
    /// Begins a look, within the transaction that writes the warnings: another worker's look waits, and then has nothing to warn of.
    /// </summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="until">Up to when deadlines count as done with, where nobody has looked before.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>Up to when deadlines were looked at; null when this is the first look.</returns>
    Task<DateTimeOffset?> BeginAsync(string pipeline, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Within the transaction that writes the warnings.</summary>
    Task MoveAsync(string pipeline, DateTimeOffset until, CancellationToken cancellationToken);
}
