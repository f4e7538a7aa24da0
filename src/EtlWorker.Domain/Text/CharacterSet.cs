using System.Collections;
using System.Globalization;
using System.Text;

namespace EtlWorker.Domain.Text;

/// <summary>The characters that a database can store, and how it counts them.</summary>
public sealed class CharacterSet
{
    /// <summary>Every character, as UTF-8 has them.</summary>
    public static readonly CharacterSet Unicode = new("UTF8", null);

    private const int FirstBeyondAscii = 0x80;
    private const int FirstSupplementary = 0x1_0000;
    private readonly BitArray? _held;

    private CharacterSet(string name, BitArray? held) => (Name, _held) = (name, held);

    /// <summary>As PostgreSQL calls the encoding.</summary>
    public string Name { get; }

    /// <summary>Whether the length of a text is that of its bytes, as in a database without an encoding (SQL_ASCII).</summary>
    public bool CountsBytes { get; private init; }

    /// <summary>The characters of a database that keeps bytes as they come.</summary>
    public static CharacterSet OfBytes(string name) => new(name, null) { CountsBytes = true };

    /// <summary>Those of ASCII, and some more.</summary>
    /// <param name="name">As PostgreSQL calls the encoding.</param>
    /// <param name="ranges">Code points from U+0080 to U+FFFF: <c>160-255,8364-8364</c>. None above is held.</param>
    public static CharacterSet OfRanges(string name, string ranges)
    {
        var held = new BitArray(FirstSupplementary);
        foreach (var range in ranges.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = range.Split('-');
            for (var code = Number(ends[0]); code <= Number(ends[1]); code++)
            {
                held[code] = true;
            }
        }

        return new CharacterSet(name, held);
    }

    /// <param name="utf8">Valid.</param>
    public bool Holds(ReadOnlySpan<byte> utf8)
    {
        if (_held is null || Ascii.IsValid(utf8))
        {
            return true;
        }

        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out var character, out var length);
            if (!Holds(character))
            {
                return false;
            }

            utf8 = utf8[length..];
        }

        return true;
    }

    /// <summary>The text with a question mark for each character that is not held.</summary>
    public string Fit(string text) => _held is null || Ascii.IsValid(text)
        ? text
        : string.Concat(text.EnumerateRunes().Select(character => Holds(character) ? character.ToString() : "?"));

    private bool Holds(Rune character) =>
        character.Value < FirstBeyondAscii || (character.Value < FirstSupplementary && _held![character.Value]);

    private static int Number(string code) => int.Parse(code, CultureInfo.InvariantCulture);
}
