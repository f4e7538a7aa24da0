using EtlWorker.Ledger.Runs;

namespace EtlWorker.Export;

/// <summary>Writes the refused rows of a run where a person finds them.</summary>
internal interface IRejectExporter
{
    /// <returns>The objects now in place that hold refused rows, as addresses, each behind what to do with it.</returns>
    Task<IReadOnlyList<string>> ExportAsync(RunSession session, CancellationToken cancellationToken);
}
