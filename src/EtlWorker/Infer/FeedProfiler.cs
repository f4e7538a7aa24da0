using EtlWorker.Load;

namespace EtlWorker.Infer;

/// <summary>Reads all rows of a feed's files, by the loader's own reader, in bounded memory.</summary>
internal static class FeedProfiler
{
    /// <param name="layout">How to read them.</param>
    /// <param name="files">The feed's files.</param>
    /// <param name="censuses">Their bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The profile of the rows, and for each file the footer's rows: how many, and the line of the first.</returns>
    public static async Task<(FeedProfile Profile, IReadOnlyList<Footer> Footers)> ReadAsync(
        Layout layout, IReadOnlyList<SourceFile> files, IReadOnlyList<ByteCensus> censuses, CancellationToken cancellationToken)
    {
        var profile = new FeedProfile(layout.Names.Count);
        var footers = new List<Footer>();
        for (var file = 0; file < files.Count; file++)
        {
            footers.Add(await ReadAsync(layout, files[file], file, censuses[file], profile, cancellationToken));
        }

        return (profile, footers);
    }

    private static async Task<Footer> ReadAsync(
        Layout layout, SourceFile file, int index, ByteCensus census, FeedProfile profile, CancellationToken cancellationToken)
    {
        await using var bytes = file.Open();
        await using var text = file.TextOf(bytes, layout.Feed.Encoding);
        await using var records = new CsvRecords(text, layout.Feed, file.Path);
        if (layout.Feed.Header)
        {
            await records.ReadHeaderAsync(cancellationToken);
        }

        records.ExpectFields(layout.Names.Count);
        var last = new Queue<Row>();
        while (await records.ReadAsync(cancellationToken))
        {
            var row = new Row();
            if (last.Count == FooterJudge.Most)
            {
                row = last.Dequeue();
                profile.Add(row, index);
            }

            row.Take(records);
            last.Enqueue(row);
        }

        var rows = last.ToList();
        var count = FooterJudge.Count(rows, profile, layout.Names.Count, census.Last is not ((byte)'\n' or (byte)'\r'));
        foreach (var row in rows.SkipLast(count))
        {
            profile.Add(row, index);
        }

        return count == 0 ? default : new Footer(count, rows[^count].Line, (int)(rows[^1].Line - rows[^count].Line) + 1);
    }
}

/// <param name="Rows">How many rows at the end are no rows.</param>
/// <param name="FirstLine">Where the first of them stands.</param>
/// <param name="Lines">How many lines they take.</param>
internal readonly record struct Footer(int Rows, long FirstLine, int Lines);
