using System.Globalization;
using System.Text;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Random texts.</summary>
internal static class SampleText
{
    // U+FEFF and U+2028 are characters like others once the file has begun.
    private static readonly string[] Pieces =
    [
        "a", "Z", "0", "word", " ", "  ", "\t", "\n", "\r\n", "\r", ",", ";", "|", "\"", "'", "\"\"", "\\", "\\N", "\\.", "\\n", "\\x41",
        "NULL", "null", "/", "{", "}", "%", "$$", "\u0001", "\u007F", "\b", "\u001B",
        "\u00E9", "e\u0301", "\u00DF", "\u0130", "\u65E5\u672C", "\u0627\u0644", "\u200D", "\u200B", "\u00A0", "\u0085", "\u2028", "\uFEFF",
        "\uFFFD", "\uFFFF", "\U0001F600", "\U0001F468\u200D\U0001F469", "\U00010000", "\U0010FFFF",
    ];

    public static T Pick<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static bool OneIn(this Random random, int times) => random.Next(times) == 0;

    /// <summary>The word for NULL of a feed that has one.</summary>
    public static string NullWord(this FeedDefinition feed) => feed.Nulls?[0] ?? "";

    public static string Plain(Random random, int mostPieces) =>
        string.Concat(Enumerable.Range(0, random.Next(mostPieces + 1)).Select(
            _ => random.OneIn(2) ? $"{(char)random.Next('a', 'z' + 1)}" : random.Pick(Pieces)));

    /// <summary>At most so many code points.</summary>
    public static string Within(Random random, int characters) =>
        string.Concat(Plain(random, characters).EnumerateRunes().Take(characters).Select(rune => rune.ToString()));

    public static string Digits(Random random, int fewest, int most) =>
        string.Concat(
            Enumerable.Range(0, random.Next(fewest, most + 1)).Select(_ => random.OneIn(3) ? '0' : (char)random.Next('0', '9' + 1)));

    public static string Sign(Random random) => random.OneIn(3) ? "-" : "";

    public static string Date(Random random) =>
        new DateTime(random.NextInt64(DateTime.MaxValue.Ticks)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Time(Random random, int digits)
    {
        var time = new DateTime(random.NextInt64(TimeSpan.TicksPerDay)).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return random.OneIn(2) || digits == 0 ? time : $"{time}.{Digits(random, 1, digits)}{(random.OneIn(4) ? "0" : "")}";
    }

    public static string DateTime_(Random random, int digits) => $"{Date(random)}{(random.OneIn(2) ? ' ' : 'T')}{Time(random, digits)}";

    public static string Offset(Random random) => random.Next(4) switch
    {
        0 => "Z",
        1 => $"{random.Pick(["+", "-"])}{random.Next(16):00}",
        2 => $"{random.Pick(["+", "-"])}{random.Next(16):00}{random.Next(60):00}",
        _ => $"{random.Pick(["+", "-"])}{random.Next(16):00}:{random.Next(60):00}",
    };

    public static string Hex(Random random)
    {
        var bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return "\\x" + (random.OneIn(2) ? Convert.ToHexString(bytes) : Convert.ToHexStringLower(bytes));
    }

    public static string Json(Random random, int levels) => random.Next(levels == 0 ? 4 : 7) switch
    {
        0 => JsonString(random),
        1 => random.Pick(["true", "false", "null"]),
        2 => $"{Sign(random)}{random.Next(100_000)}",
        3 => random.Pick(["-0.50E+100", "1e5", "0", "-0", "1.0", "12345678901234567890.123456789"]),
        4 => "[ ]",
        5 => $"[{string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Json(random, levels - 1)))}]",
        _ => "{"
            + string.Join(",", Enumerable.Range(0, random.Next(4)).Select(_ => $" {JsonString(random)} : {Json(random, levels - 1)}\n"))
            + "}",
    };

    /// <summary>The bytes of a text. In it U+DC80 to U+DCFF, alone, are the bytes 80 to FF as they are.</summary>
    public static byte[] Bytes(string text, FileEncoding encoding)
    {
        using var bytes = new MemoryStream();
        for (var at = 0; at < text.Length; at++)
        {
            if (IsByte(text[at]))
            {
                bytes.WriteByte((byte)text[at]);
            }
            else if (encoding != FileEncoding.Utf8)
            {
                bytes.WriteByte(text[at] <= 0xFF ? (byte)text[at] : (byte)'?');
            }
            else
            {
                // A text may have been cut between the halves of a pair.
                var length = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
                bytes.Write(Encoding.UTF8.GetBytes(text, at, length));
                at += length - 1;
            }
        }

        return bytes.ToArray();
    }

    private static bool IsByte(char character) => character is >= '\uDC80' and <= '\uDCFF';

    private static string JsonString(Random random) =>
        "\""
            + string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => random.Pick(
                ["a", "\u00E9", "\U0001F600", " ", "\\\\", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\/", "\u007F", "\u2028", "key"])))
            + "\"";
}
