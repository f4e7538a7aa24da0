using System.Buffers.Binary;
using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Load;
using EtlWorker.Storage;

namespace EtlWorker.Tests.Load;

/// <summary>A CSV file taken through header, records and encoder as the loader does it, without a database.</summary>
/// <param name="Rows">The tuples as a server would read them: text per field, null for NULL.</param>
/// <param name="Rejects">The refused rows.</param>
internal sealed record LoadedCsv(IReadOnlyList<string?[]> Rows, IReadOnlyList<Reject> Rejects)
{
    public static readonly FeedDefinition Feed = new() { Name = "feed", Object = "in/feed.csv", Table = "staging.feed" };

    /// <summary>a is text and takes NULL; b is a whole number and does not.</summary>
    public static readonly TargetTable Table = new(new TableName("staging", "feed"), [Text("a"), Integer("b") with { NotNull = true }]);

    public static TargetColumn Text(string name) => new(name, "text", new TextCodec(null), false, false);

    public static TargetColumn Integer(string name) => new(name, "integer", new IntegerCodec(4), false, false);

    public static Task<LoadedCsv> OfAsync(
        string csv, FeedDefinition? feed = null, TargetTable? table = null, int readSize = int.MaxValue) =>
        OfAsync(Encoding.UTF8.GetBytes(csv), feed, table, readSize);

    public static async Task<LoadedCsv> OfAsync(
        byte[] csv, FeedDefinition? feed = null, TargetTable? table = null, int readSize = int.MaxValue)
    {
        feed ??= Feed;
        await using var content = new SlowStream(csv, readSize);
        await using var text = new Utf8Content(content, feed.Encoding);
        await using var records = new CsvRecords(text, feed, feed.Object);
        var header = feed.Header
            ? HeaderMap.Of(feed, table ?? Table, feed.Object, await records.ReadHeaderAsync(CancellationToken.None), records.LineNumber)
            : HeaderMap.WithoutHeader(feed, table ?? Table);
        records.ExpectFields(header.FieldCount);
        var buffer = new BinaryTuples();
        var encoder = new RowEncoder(records, text, table ?? Table, buffer, header, feed, RowOrigin.None);
        var rejects = new List<Reject>();
        while (await records.ReadAsync(CancellationToken.None))
        {
            var refused = encoder.Encode(out var column);
            if (refused != RejectCode.None)
            {
                rejects.Add(encoder.Describe(refused, column));
            }
        }

        buffer.AppendTrailer();
        return new LoadedCsv([.. Tuples(buffer.Written, header.Columns)], rejects);
    }

    private static IEnumerable<string?[]> Tuples(ReadOnlyMemory<byte> written, IReadOnlyList<TargetColumn> columns)
    {
        var at = 19;
        int Word(int bytes)
        {
            var span = written.Span.Slice(at, bytes);
            at += bytes;
            return bytes == 2 ? BinaryPrimitives.ReadInt16BigEndian(span) : BinaryPrimitives.ReadInt32BigEndian(span);
        }

        for (var fields = Word(2); fields != -1; fields = Word(2))
        {
            var row = new string?[fields];
            for (var field = 0; field < fields; field++)
            {
                var length = Word(4);
                if (length >= 0)
                {
                    var bytes = written.Span.Slice(at, length);
                    at += length;
                    row[field] = columns[field].Codec is TextCodec
                        ? Encoding.UTF8.GetString(bytes)
                        : BinaryPrimitives.ReadInt32BigEndian(bytes).ToString(System.Globalization.CultureInfo.InvariantCulture);
                }
            }

            yield return row;
        }

        if (at != written.Length)
        {
            throw new InvalidDataException($"{written.Length - at} bytes after the trailer");
        }
    }
}
