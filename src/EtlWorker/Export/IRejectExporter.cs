using EtlWorker.Ledger.Runs;

namespace EtlWorker.Export;

/// <summary>Writes the refused rows of a run, and those that its checks found, where a person finds them.</summary>
internal interface IRejectExporter
{
    Task<RejectFiles> ExportAsync(RunSession session, CancellationToken cancellationToken);
}

/// <summary>The objects now in place, as addresses, each behind what to do with it.</summary>
/// <param name="OfFeeds">Those of refused rows.</param>
/// <param name="OfChecks">Those of rows that checks found.</param>
internal sealed record RejectFiles(IReadOnlyList<string> OfFeeds, IReadOnlyList<string> OfChecks)
{
    public static readonly RejectFiles None = new([], []);
}
