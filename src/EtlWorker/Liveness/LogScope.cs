using EtlWorker.Ledger.Runs;

namespace EtlWorker.Liveness;

/// <summary>What the lines of a log say of whom they are about.</summary>
internal static class LogScope
{
    public static Dictionary<string, object> OfPipeline(string pipeline) => new() { ["Pipeline"] = pipeline };

    public static Dictionary<string, object> OfRun(Run run) =>
        new() { ["RunId"] = run.Id, ["RunDate"] = run.RunDate, ["Pipeline"] = run.Pipeline };
}
