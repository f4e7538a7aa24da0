using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Export;

/// <summary>Puts a committed run's results and refused rows in place.</summary>
internal sealed class ExportStage(ResultExporter results, IRejectExporter rejects) : IRunStage
{
    public RunStage Stage => RunStage.Export;

    public async Task RunAsync(RunWork work, CancellationToken cancellationToken)
    {
        work.Results.AddRange(await results.ExportAsync(work.Session, cancellationToken));
        var written = await rejects.ExportAsync(work.Session, cancellationToken);
        work.RejectFiles.AddRange(written.OfFeeds);
        work.CheckFiles.AddRange(written.OfChecks);
    }
}
