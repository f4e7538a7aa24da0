using System.Buffers.Binary;
using System.Text;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Load;

/// <summary>
/// Turns the bytes of an encoding into UTF-16. What the encoding does not have becomes half a surrogate pair, which is no
/// text: .NET's own decoders would put a replacement character, or a guess, in its place and the row would load changed.
/// </summary>
internal sealed class CharacterDecoder
{
    private const char NoText = '\uDC00';

    /// <summary>What .NET puts in the place of bytes that it cannot decode: a character that no text has.</summary>
    private const char Unknown = '\uFFFF';

    // https://encoding.spec.whatwg.org/windows-1252.html has C1 controls in the five gaps; PostgreSQL's WIN1252 has none.
    private const string Windows1252From80 =
        "\u20AC\uDC00\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\uDC00\u017D\uDC00"
        + "\uDC00\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\uDC00\u017E\u0178";

    public static readonly CharacterDecoder Utf16LittleEndian = new(BinaryPrimitives.ReadUInt16LittleEndian);
    public static readonly CharacterDecoder Utf16BigEndian = new(BinaryPrimitives.ReadUInt16BigEndian);
    private static readonly CharacterDecoder Latin1 = new(code => (char)code);
    private static readonly CharacterDecoder Windows1252 = new(
        code => code is >= 0x80 and < 0xA0 ? Windows1252From80[code - 0x80] : (char)code);

    /// <summary>Of one character of a code page, and a line end.</summary>
    private const int MostCharacters = 8;

    private readonly char[]? _characters;
    private readonly Func<ReadOnlySpan<byte>, ushort>? _unit;
    private readonly Decoder? _decoder;

    private CharacterDecoder(Func<byte, char> character) =>
        _characters = [.. Enumerable.Range(0, 256).Select(code => character((byte)code))];

    private CharacterDecoder(Func<ReadOnlySpan<byte>, ushort> unit) => _unit = unit;

    private CharacterDecoder(Decoder decoder) => _decoder = decoder;

    /// <returns>One for a single file; null for UTF-8, which is not decoded.</returns>
    public static CharacterDecoder? For(FileEncoding encoding) => encoding switch
    {
        _ when encoding == FileEncoding.Utf8 => null,
        _ when encoding == FileEncoding.Utf16 => Utf16LittleEndian,
        _ when encoding == FileEncoding.Utf16BigEndian => Utf16BigEndian,
        _ when encoding == FileEncoding.Latin1 => Latin1,
        _ when encoding == FileEncoding.Windows1252 => Windows1252,
        _ => OfCodePage(Encoding.GetEncoding(
            encoding.Name, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(Unknown.ToString()))),
    };

    // ISO 8859 has the control characters of C1; elsewhere .NET puts one in the place of a byte that the code page leaves undefined.
    private static CharacterDecoder OfCodePage(Encoding page) => page.IsSingleByte
        ? new CharacterDecoder(code => page.GetString([code])[0] is var character
            && (character == code && IsControl(character) && !page.WebName.StartsWith("iso-8859-", StringComparison.Ordinal)
                || character is Unknown or '\uFFFD' or (>= '\uE000' and <= '\uF8FF')) ? NoText : character)
        : new CharacterDecoder(page.GetDecoder());

    private static bool IsControl(char character) => character is >= '\u0080' and < '\u00A0';

    /// <param name="bytes">Bytes of the file.</param>
    /// <param name="text">Where the text goes.</param>
    /// <param name="isLast">Whether no more bytes come: half a unit is then no text.</param>
    /// <param name="taken">Bytes decoded.</param>
    /// <param name="written">Characters written.</param>
    public void Decode(ReadOnlySpan<byte> bytes, Span<char> text, bool isLast, out int taken, out int written)
    {
        taken = written = 0;
        if (_characters is not null)
        {
            for (; taken < bytes.Length && written < text.Length; taken++)
            {
                text[written++] = _characters[bytes[taken]];
            }

            return;
        }

        if (_decoder is not null)
        {
            DecodeLines(bytes, text, isLast, out taken, out written);
            return;
        }

        for (; taken + 1 < bytes.Length && written < text.Length; taken += 2)
        {
            text[written++] = (char)_unit!(bytes[taken..]);
        }

        if (isLast && taken + 1 == bytes.Length && written < text.Length)
        {
            text[written++] = NoText;
            taken++;
        }
    }

    /// <summary>
    /// Line by line: .NET takes what follows the first byte of a character for its second, and a line end is never one of those.
    /// </summary>
    private void DecodeLines(ReadOnlySpan<byte> bytes, Span<char> text, bool isLast, out int taken, out int written)
    {
        taken = written = 0;
        while (taken < bytes.Length || isLast)
        {
            var rest = bytes[taken..];
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            if (text.Length - written < MostCharacters)
            {
                return;
            }

            _decoder!.Convert(line, text[written..^1], end >= 0 || isLast, out var used, out var made, out _);
            RefuseGuesses(text.Slice(written, made));
            (taken, written) = (taken + used, written + made);
            if (used < line.Length || end < 0)
            {
                return;
            }

            text[written++] = (char)bytes[taken++];
        }
    }

    /// <summary>What .NET has in the place of bytes that a code page of several bytes leaves undefined.</summary>
    private static void RefuseGuesses(Span<char> text)
    {
        for (var at = 0; text[at..].IndexOfAnyInRange('\u0080', '\uFFFF') is var next and >= 0; at++)
        {
            at += next;
            text[at] = IsControl(text[at]) || text[at] is Unknown or '\uFFFD' or (>= '\uF8F0' and <= '\uF8FF') ? NoText : text[at];
        }
    }
}
