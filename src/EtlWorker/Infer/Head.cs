using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Load;

namespace EtlWorker.Infer;

/// <summary>The first part of a file's text, as UTF-8, which is read in one way and another.</summary>
/// <param name="text">Whole lines.</param>
internal sealed class Head(byte[] text)
{
    private const int MostBytes = 256 << 10;
    private const int MostRows = 1_000;

    public static async Task<Head> ReadAsync(SourceFile file, FileEncoding encoding, CancellationToken cancellationToken)
    {
        await using var bytes = file.Open();
        await using var text = file.TextOf(bytes, encoding);
        var head = new byte[MostBytes];
        var length = await text.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        // A last line that was cut off would be a row of too few fields.
        var end = length < head.Length ? length : head.AsSpan(0, length).LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        return new Head(head[..(end > 0 ? end : length)]);
    }

    /// <summary>Lines, from 1, that have a quote without another: it stands for itself, or begins a field of several lines.</summary>
    public IEnumerable<int> LinesWithOddQuotes(int most)
    {
        var (line, quotes, found) = (1, 0, new List<int>());
        for (var at = 0; at < text.Length && line <= most; at++)
        {
            quotes += text[at] == (byte)'"' ? 1 : 0;
            if (text[at] != (byte)'\n')
            {
                continue;
            }

            if (quotes % 2 == 1)
            {
                found.Add(line);
            }

            (line, quotes) = (line + 1, 0);
        }

        return found.Take(10);
    }

    /// <param name="feed">How to read it.</param>
    /// <param name="columns">1 where a blank line is a row.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The rows up to one that cannot be read so.</returns>
    public async Task<IReadOnlyList<Row>> RowsAsync(FeedDefinition feed, int columns, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        await using var records = new CsvRecords(new MemoryStream(text, writable: false), feed, "");
        records.ExpectFields(columns);
        try
        {
            while (rows.Count < MostRows && await records.ReadAsync(cancellationToken))
            {
                rows.Add(Row.Of(records));
            }
        }
        catch (RunFailedException) when (rows.Count > 0)
        {
            // A quote that is never closed, which may be that of a record cut off at the end of the head.
        }

        return rows;
    }
}
