using System.Globalization;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;

namespace EtlWorker.Load;

/// <summary>The line at the end of a file that says how many rows it has: a file that was cut off lacks it.</summary>
internal static class Trailer
{
    /// <param name="job">The file.</param>
    /// <param name="read">Its rows, the refused ones included.</param>
    /// <param name="lastLines">Its last lines, which are no rows.</param>
    /// <exception cref="RunFailedException">Its trailer says another number, or it has none.</exception>
    public static void Require(FeedJob job, long read, IReadOnlyList<string> lastLines)
    {
        if (job.Feed.Trailer is not { } trailer)
        {
            return;
        }

        var pattern = new TrailerPattern(trailer, job.Feed.Delimiter);
        var said = lastLines.Select(pattern.RowsIn).OfType<long>().ToList();
        if (said is not [var rows])
        {
            throw new RunFailedException(
                $"{job.File} does not end with one trailer as {trailer}: {Counted.Of(said.Count, "line")} of its last "
                    + $"{job.Feed.SkipLastLines} have that form",
                "The file was cut off, or its trailer has another form: export it again and drop it, or correct \"trailer\" of the feed.");
        }

        if (rows != read)
        {
            throw new RunFailedException(
                $"{job.File} has {Counted.Of(read, "row")} where its trailer says {rows.ToString("N0", CultureInfo.InvariantCulture)}",
                "Export the file again and drop it; rows are missing in it, or there are too many.");
        }
    }
}
