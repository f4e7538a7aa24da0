using System.Globalization;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Notices;

/// <summary>Writes why a drop is not loaded: for the ledger, the log and the notices.</summary>
internal static class DisposalText
{
    private const string RightKey = "Drop it again under the right key.";
    private const string NextTakesIt = "The next batch takes it.";
    private const string Empty = "it is empty (0 bytes)";

    /// <param name="pipeline">The pipeline's name, for commands.</param>
    /// <param name="disposal">The drop and its reason.</param>
    public static string Of(string pipeline, Disposal disposal)
    {
        var (cause, remedy) = Parts(pipeline, disposal);
        return disposal.Disposition == DropDisposition.Held
            ? $"{cause}. {(disposal.IsIncremental ? NextTakesIt : remedy)}"
            : cause;
    }

    private static (string Cause, string Remedy) Parts(string pipeline, Disposal disposal) => disposal.Reason switch
    {
        DisposalReason.NoSuchFeed => ($"the definition has no feed {disposal.Drop.Feed} any more", ""),
        DisposalReason.DateAhead => (
            $"its key names {Text(disposal.Date)}, later than the day after it landed: "
                + "loaded, it would put every day before it out of date", RightKey),
        DisposalReason.DateTooOld => (
            $"its key names {Text(disposal.Date)}, more than ten years before it landed: "
                + "that is taken for a mistake in the key, and no run of that date is begun", RightKey),
        DisposalReason.DateHasRun run => (
            $"{Text(disposal.Date)} already has its run ({run.State.ToString().ToLowerInvariant()}); "
                + $"a second drop of {run.Of} does not start another", TakenBy(pipeline, disposal.Date, run.Failed)),
        DisposalReason.NewerLoaded newer => (
            $"its batch of {Text(disposal.Date)} is out of date: {Text(newer.Newest)} has been loaded", NextTakesIt),
        DisposalReason.NewerReady newer => (
            $"its batch of {Text(newer.Batch)} is out of date: the batch of {Text(newer.Ready)} is ready", NextTakesIt),
        DisposalReason.LeftBehind => (
            "it is a part of an earlier set, whose marker never came: "
                + "it landed on another date, and longer than the span before this marker", NextTakesIt),
        DisposalReason.Incomplete window => (
            $"its batch of {Text(window.Batch)} closed incomplete; missing: {string.Join(", ", window.Missing)}", NextTakesIt),
        DisposalReason.BatchFailed failed => (
            $"its batch of {Text(failed.Batch)} failed, and nothing newer has landed for it", NextTakesIt),
        DisposalReason.NewerDrop newer => ($"a newer drop of {newer.Of} joined the same batch", ""),
        DisposalReason.EmptyReplaced newer => (
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Empty}; its newer version of {newer.Landed.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'} takes its place"), ""),
        DisposalReason.EmptyUnawaited => ($"{Empty}, and no set of {Text(disposal.Date)} is awaited: nothing changes", ""),
        DisposalReason.EmptyPassedOver passed => (
            $"{Empty}: it replaces no other drop, and the batch of {Text(passed.Batch)} runs without it", ""),
        _ => throw new ArgumentOutOfRangeException(nameof(disposal), disposal.Reason, "There are no words for this reason."),
    };

    /// <summary>
    /// The command that takes a drop whose date has its run, and the one that corrects an earlier run that failed with it.
    /// </summary>
    private static string TakenBy(string pipeline, DateOnly date, DateOnly? failed)
    {
        var own = $"`{OperatorCommand.Retry(pipeline, date)}` would take it.";
        return failed is { } earlier
            ? $"{own} If it corrects {Text(earlier)}: `{OperatorCommand.Retry(pipeline, earlier, withNewest: true)}`."
            : own;
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
