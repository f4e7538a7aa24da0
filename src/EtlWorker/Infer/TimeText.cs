namespace EtlWorker.Infer;

/// <summary>How a time of day is written.</summary>
/// <param name="HourDigits">2, or 1 where an hour below ten has one digit.</param>
/// <param name="HasSeconds">Whether seconds are there.</param>
/// <param name="FractionDigits">Digits of a second behind a point; 0 for none.</param>
/// <param name="Half">Whether AM or PM follows, and 2 behind a space.</param>
/// <param name="Offset">None, Z, or plus and minus.</param>
/// <param name="LosesDigits">Whether digits beyond a microsecond are not 0.</param>
internal readonly record struct TimeText(int HourDigits, bool HasSeconds, int FractionDigits, int Half, OffsetText Offset, bool LosesDigits)
{
    /// <returns>False where it is no time of day.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out TimeText time)
    {
        time = default;
        var hourDigits = text.IndexOf((byte)':');
        if (hourDigits is not (1 or 2) || !TryNumber(text[..hourDigits], 23, out var hour))
        {
            return false;
        }

        var rest = text[(hourDigits + 1)..];
        if (rest.Length < 2 || !TryNumber(rest[..2], 59, out _))
        {
            return false;
        }

        rest = rest[2..];
        var hasSeconds = rest is [(byte)':', _, _, ..] && TryNumber(rest[1..3], 59, out _);
        rest = hasSeconds ? rest[3..] : rest;
        var fraction = 0;
        var losesDigits = false;
        if (hasSeconds && rest is [(byte)'.', _, ..])
        {
            fraction = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end and >= 0 ? end : rest.Length - 1;
            losesDigits = fraction > 6 && rest[7..(fraction + 1)].ContainsAnyExcept((byte)'0');
            rest = rest[(fraction + 1)..];
            if (fraction is 0 or > 9)
            {
                return false;
            }
        }

        var half = HalfOf(rest);
        rest = half > 0 ? rest[(half + 1)..] : rest;
        if ((half > 0 && hour is < 1 or > 12 && half > 0) || OffsetOf(rest) is not { } offset || (half > 0 && offset != OffsetText.None))
        {
            return false;
        }

        time = new TimeText(hourDigits, hasSeconds, fraction, half, offset, losesDigits);
        return true;
    }

    /// <returns>1 for AM and PM, 2 for those behind a space, else 0.</returns>
    private static int HalfOf(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'a' or (byte)'A' or (byte)'p' or (byte)'P', (byte)'m' or (byte)'M'] => 1,
        [(byte)' ', (byte)'a' or (byte)'A' or (byte)'p' or (byte)'P', (byte)'m' or (byte)'M'] => 2,
        _ => 0,
    };

    private static OffsetText? OffsetOf(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return OffsetText.None;
        }

        var isSpaced = text[0] == (byte)' ';
        text = isSpaced ? text[1..] : text;
        return text switch
        {
            [(byte)'Z'] => isSpaced ? OffsetText.Spaced : OffsetText.Z,
            [(byte)'+' or (byte)'-', _, _] when TryNumber(text[1..], 15, out _) => OffsetText.Other,
            [(byte)'+' or (byte)'-', _, _, _, _] when TryNumber(text[1..3], 15, out _) && TryNumber(text[3..], 59, out _) =>
                OffsetText.Other,
            [(byte)'+' or (byte)'-', _, _, (byte)':', _, _] when TryNumber(text[1..3], 15, out _) && TryNumber(text[4..], 59, out _) =>
                isSpaced ? OffsetText.Spaced : OffsetText.HoursAndMinutes,
            _ => null,
        };
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, int most, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return number <= most;
    }
}
