using System.Globalization;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;

namespace EtlWorker.Load;

/// <summary>
/// Whether a feed has as many rows as it may have, over all its files in the run, once the last of them is loaded. Good rows are counted:
/// those are what its table gets, and the refused ones have a limit of their own.
/// </summary>
internal static class FeedSize
{
    /// <param name="job">The file that was loaded.</param>
    /// <param name="loaded">Its rows.</param>
    /// <returns>What the notice must say of it.</returns>
    /// <exception cref="RunFailedException">There are too few, or too many.</exception>
    public static IReadOnlyList<string> Judge(FeedJob job, long loaded)
    {
        if (!job.IsLastFile)
        {
            return [];
        }

        var all = job.LoadedBefore + loaded;
        if (job.Feed is { Required: true, IsIncremental: false })
        {
            RequireEnough(job, all);
        }

        var ofDate = OfDate(job, all);
        if (ofDate > job.Feed.MaxRows * job.Dates)
        {
            throw Failure(
                job, $"{Have(job)} {Rows(job, ofDate)}; feed {job.Feed.Name} may have {job.Feed.MaxRows:N0} at most{Each(job)}",
                "See why there are so many, and drop the right file; if it is right, raise \"maxRows\" of the feed in the definition.");
        }

        return OutsideOfBand(job, ofDate) is not { } outside ? []
            : job.Feed.Volume!.Severity == Severity.Warn ? [outside]
            : throw Failure(
                job, outside,
                "See that the file is complete and holds nothing twice, and drop it again; if it is right, widen \"volume\" of the feed in "
                    + "the definition, or say \"severity\": \"warn\" there.");
    }

    /// <summary>An empty or a cut-off export never wipes good data. What adds to its table wipes nothing.</summary>
    private static void RequireEnough(FeedJob job, long all)
    {
        var feed = job.Feed;
        if (all < feed.MinRows)
        {
            throw new RunFailedException(
                $"{Have(job)} {Counted.Of(all, "good row")}; feed {feed.Name} needs at least {feed.MinRows:N0}",
                "Export the file again and drop it; an empty export never wipes good data.");
        }

        if (job.Former.Last is > 0 and { } former && (former - all) * 100.0 / former is var shrunk && shrunk > feed.MaxShrinkPercent)
        {
            throw new RunFailedException(
                $"{Have(job)} {Counted.Of(all, "good row")}, {shrunk:0.#} % fewer than the {former:N0} of the last run; "
                    + $"feed {feed.Name} may shrink by {feed.MaxShrinkPercent:0.#} %",
                "Export the file again and drop it; if it is right, raise \"maxShrinkPercent\" of the feed in the definition.");
        }
    }

    /// <returns>Null where the rows are as usual, or where nobody knows what is usual.</returns>
    private static string? OutsideOfBand(FeedJob job, long rows)
    {
        if (job.Feed.Volume is not { } band || VolumeBand.MedianOf(job.Former.Runs) is not { } median
            || band.Holds(rows, median, job.Dates))
        {
            return null;
        }

        var allowed = band switch
        {
            { MinPercent: { } least, MaxPercent: { } most } => Invariant($"{least:0.#} to {most:0.#} %"),
            { MinPercent: { } least } => Invariant($"at least {least:0.#} %"),
            _ => Invariant($"at most {band.MaxPercent:0.#} %"),
        };
        return Invariant($"{Have(job)} {Rows(job, rows)}, {rows * 100.0 / median:#,0.#} % of {median:#,0.#}, the median of ")
            + $"the last {job.Former.Runs.Count} runs{Each(job)}; the volume of feed {job.Feed.Name} may be {allowed} of it";
    }

    /// <summary>What a retry appends belongs to its date; what it merges is there once, and may be a corrected file.</summary>
    private static long OfDate(FeedJob job, long all) => job.Feed.Mode switch
    {
        LoadMode.Append => job.Former.OfDate + all,
        LoadMode.Merge => Math.Max(job.Former.OfDate, all),
        _ => all,
    };

    private static string Have(FeedJob job) =>
        job.Files > 1 ? $"the {job.Files} files of feed {job.Feed.Name} together have" : $"{job.File} has";

    private static string Each(FeedJob job) => job.Dates > 1 ? $", for each of the {job.Dates} dates" : "";

    private static string Rows(FeedJob job, long rows) => job.Feed.Mode == LoadMode.Append && job.Former.OfDate > 0
        ? $"{Counted.Of(rows, "good row")} with what {job.Run.RunDate:yyyy-MM-dd} had loaded before"
        : Counted.Of(rows, "good row");

    /// <summary>Of several files that each count by themselves, nobody knows which is the wrong one.</summary>
    private static RunFailedException Failure(FeedJob job, string cause, string remedy) =>
        new(cause, remedy) { IsOfFile = job.Files == 1 || job.Feed.HasParts };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
