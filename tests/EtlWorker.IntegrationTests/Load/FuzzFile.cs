using System.IO.Compression;
using System.Text;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>A file that nobody meant to write, and the options of a feed that may or may not fit it.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Feed">How it is read.</param>
/// <param name="Limit">How many rows may be refused.</param>
/// <param name="Secrets">Values of rows, which no message may hold.</param>
internal sealed record FuzzFile(byte[] Bytes, FeedDefinition Feed, RejectLimit Limit, IReadOnlyList<string> Secrets)
{
    private const int ShortestSecret = 8;

    public static FuzzFile Random(FuzzTable table, Random random)
    {
        var document = SampleDocument.Random(table.Sample, random, most: 300);
        var (bytes, feed) = (document.Bytes, document.Feed);
        for (var more = random.Pick([0, 1, 1, 1, 2, 4]); more > 0; more--)
        {
            bytes = Mutate(bytes, random);
        }

        feed = feed with
        {
            Table = table.Name,
            Mode = random.Pick<LoadMode>(
                table.HasKey ? [LoadMode.Replace, LoadMode.Append, LoadMode.Merge] : [LoadMode.Replace, LoadMode.Append]),
            Delimiter = random.OneIn(20) ? (char)random.Next(' ', '~' + 1) : feed.Delimiter,
            Encoding = random.OneIn(10)
                ? random.Pick([FileEncoding.Utf8, FileEncoding.Utf16, FileEncoding.Latin1, FileEncoding.Windows1252])
                : feed.Encoding,
            Header = !random.OneIn(10),
            QuotedNewlines = !random.OneIn(3),
            MaxRecordBytes = random.Pick([1024, 5000, 1 << 20, 1 << 20]),
            MaxUnpackedBytes = random.Pick([1, 1000, 1 << 20, 1 << 30, 1 << 30]),
            UnknownColumns = random.OneIn(8) ? UnknownColumns.Fail : UnknownColumns.Warn,
            MinRows = random.OneIn(4) ? 1 : 0,
        };
        feed = feed with { Quote = random.OneIn(20) ? random.Pick(['\'', '"', '`', '|', 'a', '0']) : feed.Quote };
        feed = feed.Quote == feed.Delimiter ? feed with { Delimiter = feed.Quote == ',' ? ';' : ',' } : feed;
        if (random.OneIn(4))
        {
            feed = feed with { Compression = Compression.Gzip };
            bytes = random.OneIn(6) ? bytes : Pack(bytes);
            bytes = random.OneIn(3) ? Mutate(bytes, random) : bytes;
        }

        // Edges of a type are reported: "not a whole number between".
        var secrets = document.Rows.SelectMany(row => row.Fields).OfType<string>()
            .Where(text => text.Length >= ShortestSecret && !document.Columns.Any(column => column.Type.Edges.Contains(text)));
        var limit = random.OneIn(8)
            ? new RejectLimit { Max = random.Next(3), MaxPercent = 50 }
            : new RejectLimit { Max = long.MaxValue, MaxPercent = 100 };
        return new FuzzFile(bytes, feed, limit, [.. secrets]);
    }

    public override string ToString() => $"{Feed with { Columns = FeedColumns.AsInTable }} {Limit}: "
        + $"{Convert.ToBase64String(Bytes.AsSpan(0, Math.Min(Bytes.Length, 3000)))}";

    public static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var (at, to) = (random.Next(bytes.Length + 1), random.Next(bytes.Length + 1));
        (at, to) = (Math.Min(at, to), Math.Max(at, to));
        var (before, between, after) = (bytes[..at], bytes[at..to], bytes[to..]);
        return random.Next(16) switch
        {
            0 => Flip(bytes, random),
            1 => [.. before, .. after],
            2 => before,
            3 => after,
            4 => [.. before, .. between, .. between, .. after],
            5 => [.. bytes, .. between],
            6 => [.. before, .. Arbitrary(random, 300), .. bytes[at..]],
            7 => Arbitrary(random, 3000),
            8 => [
                .. before,
                .. random.Pick<byte[]>([[0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0x1A], [0x0C], [0x0B], [0x85]]),
                .. bytes[at..],
            ],
            9 => [
                .. random.Pick<byte[]>(
                    [
                        [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0xEF, 0xBB], [0xFF], [0x2B, 0x2F, 0x76, 0x38], [0, 0, 0xFE, 0xFF],
                        [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF],
                    ]), .. bytes,
            ],
            10 => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(bytes))],
            11 => [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(bytes))],
            12 => [
                .. before, .. random.Pick<byte[]>(
                    [
                        "\""u8.ToArray(), "'"u8.ToArray(), "\"\""u8.ToArray(), "\\."u8.ToArray(), "\n\\.\n"u8.ToArray(), "\r"u8.ToArray(),
                        "\n\n\n"u8.ToArray(), ",,,"u8.ToArray(),
                    ]), .. bytes[at..],
            ],
            13 => [
                .. before, .. Enumerable.Repeat(
                    random.Pick<byte>([(byte)'a', (byte)'"', (byte)'\n', (byte)',', (byte)'0', 0, (byte)' ', (byte)'[', 0xFF]),
                    random.OneIn(20) ? 1_500_000 : random.Next(6000)), .. bytes[at..],
            ],
            14 => [.. bytes.Where(value => value != random.Pick<byte>([(byte)'\n', (byte)'"', (byte)','])).Take(100_000)],
            _ => random.OneIn(4) ? [] : Flip(Flip(bytes, random), random),
        };
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var flipped = bytes.ToArray();
        flipped[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[] Arbitrary(Random random, int most)
    {
        var bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }
}
