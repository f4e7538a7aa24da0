using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EtlWorker.Domain.Rows;

/// <summary>Whether a text is JSON as RFC 8259 has it, and whether a jsonb can hold it.</summary>
internal static class JsonText
{
    /// <summary>Far from where PostgreSQL's stack ends (5,000 still go), and deeper than any document made for reading.</summary>
    public const int MostDepth = 1000;

    private const int LongestEscape = 6;

    // Greater than any exponent that can be right, and small enough to calculate with.
    private const int ExponentBeyondAll = 100_000_000;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = MostDepth };

    public static RejectCode Check(ReadOnlySpan<byte> text, bool isBinary)
    {
        if (text.Contains((byte)0))
        {
            return RejectCode.NulByte;
        }

        // The reader does not look into the bytes of strings.
        if (!Utf8.IsValid(text))
        {
            return RejectCode.Encoding;
        }

        var reader = new Utf8JsonReader(text, Strict);
        try
        {
            while (reader.Read())
            {
                var refused = isBinary ? CheckToken(in reader) : RejectCode.None;
                if (refused != RejectCode.None)
                {
                    return refused;
                }
            }

            return RejectCode.None;
        }
        catch (JsonException)
        {
            // It has no other way to say so.
            return RejectCode.Json;
        }
    }

    /// <summary>jsonb keeps strings as text and numbers as numeric, so both must be possible.</summary>
    private static RejectCode CheckToken(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number when !IsNumeric(reader.ValueSpan) => RejectCode.OutOfRange,
        JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped && !IsText(reader.ValueSpan) => RejectCode.Json,
        _ => RejectCode.None,
    };

    private static bool IsNumeric(ReadOnlySpan<byte> number)
    {
        var at = number.IndexOfAny((byte)'e', (byte)'E');
        DecimalText.TryRead(at < 0 ? number : number[..at], out var mantissa);
        var exponent = at < 0 ? 0 : ReadExponent(number[(at + 1)..]);
        return mantissa.FractionDigits - exponent <= NumericCodec.MostFractionDigits
            && (mantissa.IsZero ? exponent < ExponentBeyondAll : mantissa.HighestPlace + exponent < NumericCodec.MostIntegerDigits);
    }

    private static int ReadExponent(ReadOnlySpan<byte> text)
    {
        var digits = text.TrimStart("+-0"u8);
        if (digits.IsEmpty)
        {
            return 0;
        }

        var magnitude = Utf8Parser.TryParse(digits, out int value, out _) ? Math.Min(value, ExponentBeyondAll) : ExponentBeyondAll;
        return text[0] == (byte)'-' ? -magnitude : magnitude;
    }

    /// <param name="escaped">Known to hold well-formed escapes only.</param>
    private static bool IsText(ReadOnlySpan<byte> escaped)
    {
        while (true)
        {
            var at = escaped.IndexOf((byte)'\\');
            if (at < 0)
            {
                return true;
            }

            escaped = escaped[at..];
            if (escaped[1] != (byte)'u')
            {
                escaped = escaped[2..];
                continue;
            }

            var unit = CodeUnit(escaped);
            escaped = escaped[LongestEscape..];
            if (unit == 0 || char.IsLowSurrogate(unit))
            {
                return false;
            }

            if (char.IsHighSurrogate(unit))
            {
                if (!escaped.StartsWith("\\u"u8) || !char.IsLowSurrogate(CodeUnit(escaped)))
                {
                    return false;
                }

                escaped = escaped[LongestEscape..];
            }
        }
    }

    private static char CodeUnit(ReadOnlySpan<byte> escape) =>
        Utf8Parser.TryParse(escape[2..LongestEscape], out ushort unit, out _, 'x') ? (char)unit : '\0';
}
