using System.Buffers.Text;

namespace EtlWorker.Domain.Rows;

/// <summary>A number with a decimal sign, a separator of thousands, or an exponent of its file's own.</summary>
/// <param name="decimalSign">A point or a comma.</param>
/// <param name="thousands">A point, a comma, an apostrophe or a space, between groups of three digits; null for none.</param>
/// <param name="exponents">Whether an exponent is worked out, for exact numbers.</param>
/// <param name="refusal">The code of a number that is none: integer or numeric.</param>
/// <param name="expects">What the codec expects.</param>
public sealed class NumberForm(char decimalSign, char? thousands, bool exponents, RejectCode refusal, string expects) : FieldForm
{
    private const int GroupDigits = 3;

    // More than any column holds, so that a large exponent costs no memory.
    private const int MostExponent = 200_000;

    private readonly byte[][] _separators = thousands switch
    {
        null => [],
        ' ' => [[.. " "u8], [.. "\u00A0"u8], [.. "\u202F"u8]],
        '\'' => [[.. "'"u8], [.. "\u2019"u8]],
        { } other => [[(byte)other]],
    };

    public override string Expects => thousands is { } separator
        ? $"{expects}, with '{decimalSign}' as decimal sign and '{separator}' between groups of three digits"
        : decimalSign == '.' ? expects : $"{expects}, with '{decimalSign}' as decimal sign";

    public override RejectCode Rewrite(ReadOnlySpan<byte> field, ref byte[] text, out int written)
    {
        Reserve(ref text, field.Length);
        written = 0;
        if (field is [(byte)'-', ..])
        {
            text[written++] = (byte)'-';
            field = field[1..];
        }

        if (!TryCopyWhole(ref field, text, ref written))
        {
            return refusal;
        }

        if (!field.IsEmpty && field[0] == decimalSign)
        {
            text[written++] = (byte)'.';
            field = field[1..];
            var digits = field.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var other and >= 0 ? other : field.Length;
            field[..digits].CopyTo(text.AsSpan(written));
            written += digits;
            field = field[digits..];
        }

        if (field.IsEmpty)
        {
            return RejectCode.None;
        }

        if (field[0] is not ((byte)'e' or (byte)'E'))
        {
            return refusal;
        }

        // Without the option it is the codec's: a float has an exponent, and so may a zero.
        return exponents ? Expand(field[1..], ref text, ref written) : Append(field, text, ref written);
    }

    private static RejectCode Append(ReadOnlySpan<byte> rest, byte[] text, ref int written)
    {
        rest.CopyTo(text.AsSpan(written));
        written += rest.Length;
        return RejectCode.None;
    }

    /// <summary>The digits before the decimal sign: separators stand between all groups of three of them, or nowhere.</summary>
    private bool TryCopyWhole(ref ReadOnlySpan<byte> field, byte[] text, ref int written)
    {
        var (start, inGroup, groups) = (written, 0, 1);
        while (!field.IsEmpty)
        {
            if (field[0] is >= (byte)'0' and <= (byte)'9')
            {
                text[written++] = field[0];
                field = field[1..];
                inGroup++;
            }
            else if (SeparatorAt(field) is var length and > 0)
            {
                // The first group has one to three digits, and no 0 in front: 0.123 is no number with a separator.
                if (groups == 1 ? inGroup is 0 or > GroupDigits || text[start] == (byte)'0' : inGroup != GroupDigits)
                {
                    return false;
                }

                field = field[length..];
                (inGroup, groups) = (0, groups + 1);
            }
            else
            {
                break;
            }
        }

        return groups == 1 || inGroup == GroupDigits;
    }

    private int SeparatorAt(ReadOnlySpan<byte> field)
    {
        foreach (var separator in _separators)
        {
            if (field.StartsWith(separator))
            {
                return separator.Length;
            }
        }

        return 0;
    }

    /// <summary>Moves the point, so that no exponent is left.</summary>
    private RejectCode Expand(ReadOnlySpan<byte> exponent, ref byte[] text, ref int written)
    {
        exponent = exponent is [(byte)'+', >= (byte)'0' and <= (byte)'9', ..] ? exponent[1..] : exponent;
        if (!Utf8Parser.TryParse(exponent, out int shift, out var used) || used != exponent.Length || exponent is [(byte)'+', ..])
        {
            return refusal;
        }

        var sign = written > 0 && text[0] == (byte)'-' ? 1 : 0;
        var mantissa = text.AsSpan(sign, written - sign).ToArray();
        var point = mantissa.AsSpan().IndexOf((byte)'.') is var at and >= 0 ? at : mantissa.Length;
        byte[] digits = [.. mantissa.Where(character => character != (byte)'.')];
        if (digits.Length == 0)
        {
            return refusal;
        }

        var isZero = !digits.AsSpan().ContainsAnyExcept((byte)'0');
        if (Math.Abs((long)shift) > MostExponent || (isZero && refusal == RejectCode.Integer))
        {
            return isZero ? Zero(ref text, out written) : RejectCode.OutOfRange;
        }

        var place = point + shift;
        // 1.20E+01 is a whole number.
        digits = refusal == RejectCode.Integer && place >= 0 && digits.Length > place && !digits.AsSpan(place).ContainsAnyExcept((byte)'0')
            ? digits[..place]
            : digits;
        var (before, after) = (Math.Max(place, 0), Math.Max(digits.Length - place, 0));
        Reserve(ref text, sign + before + after + 2);
        written = 0;
        if (sign == 1)
        {
            text[written++] = (byte)'-';
        }

        for (var index = Math.Min(place, 0); index < Math.Max(place, digits.Length); index++)
        {
            if (index == place)
            {
                text[written++] = (byte)'.';
            }

            text[written++] = index >= 0 && index < digits.Length ? digits[index] : (byte)'0';
        }

        return RejectCode.None;
    }

    private static RejectCode Zero(ref byte[] text, out int written)
    {
        Reserve(ref text, 1);
        text[0] = (byte)'0';
        written = 1;
        return RejectCode.None;
    }
}
