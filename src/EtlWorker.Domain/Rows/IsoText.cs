namespace EtlWorker.Domain.Rows;

/// <summary>Dates and times of ISO 8601 in ASCII, every digit at its place.</summary>
internal static class IsoText
{
    public const int DateLength = 10;
    public const int MostFractionDigits = 6;
    public const long MicrosecondsPerDay = 86_400_000_000;

    // Nanoseconds; .NET and SQL Server write seven.
    private const int MostWrittenDigits = 9;
    private const int TimeLength = 8;
    private const uint NoNumber = uint.MaxValue;

    // DateOnly(2000, 1, 1).DayNumber
    private const int DaysBefore2000 = 730_119;

    private static ReadOnlySpan<byte> DaysInMonth => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    private static ReadOnlySpan<short> DaysBeforeMonth => [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

    private static ReadOnlySpan<int> PowersOfTen => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

    /// <summary>yyyy-MM-dd, a day of the proleptic Gregorian calendar in the years 0001 to 9999.</summary>
    /// <param name="text">Exactly <see cref="DateLength"/> bytes are a date.</param>
    /// <param name="days">Days since 2000-01-01.</param>
    public static bool TryReadDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (text.Length != DateLength || text[4] != (byte)'-' || text[7] != (byte)'-')
        {
            return false;
        }

        var (century, yearOfCentury) = (TwoDigits(text, 0), TwoDigits(text, 2));
        var (month, day) = (TwoDigits(text, 5) - 1, TwoDigits(text, 8) - 1);
        if (century > 99 || yearOfCentury > 99 || (century | yearOfCentury) == 0 || month > 11)
        {
            return false;
        }

        var isLeapYear = ((yearOfCentury != 0 ? yearOfCentury : century) & 3) == 0;
        if (day >= DaysInMonth[(int)month] + (isLeapYear && month == 1 ? 1u : 0u))
        {
            return false;
        }

        var yearsBefore = (int)((century * 100) + yearOfCentury) - 1;
        var centuriesBefore = yearsBefore / 100;
        var leapDays = (yearsBefore >> 2) - centuriesBefore + (centuriesBefore >> 2) + (isLeapYear && month > 1 ? 1 : 0);
        days = (yearsBefore * 365) + leapDays + DaysBeforeMonth[(int)month] + (int)day - DaysBefore2000;
        return true;
    }

    /// <summary>HH:mm:ss, then perhaps a point and one to nine digits, 00:00:00 to 23:59:59.999999.</summary>
    /// <param name="text">Begins with the time.</param>
    /// <param name="precision">Digits after the point that are kept; beyond them only zeros may stand.</param>
    /// <param name="microseconds">Since midnight.</param>
    /// <param name="length">Bytes that the time takes of the text.</param>
    public static bool TryReadTime(ReadOnlySpan<byte> text, int precision, out long microseconds, out int length)
    {
        (microseconds, length) = (0, TimeLength);
        if (text.Length < TimeLength || text[2] != (byte)':' || text[5] != (byte)':')
        {
            return false;
        }

        var (hour, minute, second) = (TwoDigits(text, 0), TwoDigits(text, 3), TwoDigits(text, 6));
        if (hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        microseconds = ((hour * 3_600) + (minute * 60) + second) * 1_000_000L;
        if (text.Length == TimeLength || text[TimeLength] != (byte)'.')
        {
            return true;
        }

        if (!TryReadFraction(text[(TimeLength + 1)..], precision, out var fraction, out var digits))
        {
            return false;
        }

        microseconds += fraction;
        length += 1 + digits;
        return true;
    }

    /// <summary>A date, one space or T, a time.</summary>
    /// <param name="text">Begins with the date.</param>
    /// <param name="precision">As for <see cref="TryReadTime"/>.</param>
    /// <param name="microseconds">Since 2000-01-01 00:00:00.</param>
    /// <param name="length">Bytes that date and time take of the text.</param>
    public static bool TryReadDateTime(ReadOnlySpan<byte> text, int precision, out long microseconds, out int length)
    {
        (microseconds, length) = (0, 0);
        if (text.Length <= DateLength || text[DateLength] is not ((byte)' ' or (byte)'T') || !TryReadDate(text[..DateLength], out var days)
            || !TryReadTime(text[(DateLength + 1)..], precision, out var timeOfDay, out var timeLength))
        {
            return false;
        }

        microseconds = (days * MicrosecondsPerDay) + timeOfDay;
        length = DateLength + 1 + timeLength;
        return true;
    }

    /// <returns>How the digits after the point are reported to a person.</returns>
    public static string FractionOf(int precision) => precision == 0 ? "" : $"[.{new string('f', precision)}]";

    /// <returns>The number, or one greater than 99 and still so when 1 is taken off.</returns>
    public static uint TwoDigits(ReadOnlySpan<byte> text, int at)
    {
        var (tens, ones) = ((uint)(text[at] - '0'), (uint)(text[at + 1] - '0'));
        return tens > 9 || ones > 9 ? NoNumber : (tens * 10) + ones;
    }

    private static bool TryReadFraction(ReadOnlySpan<byte> text, int precision, out int microseconds, out int digits)
    {
        (microseconds, digits) = (0, 0);
        foreach (var character in text)
        {
            var digit = (uint)(character - '0');
            if (digit > 9)
            {
                break;
            }

            if (digits >= MostFractionDigits && (digit != 0 || digits == MostWrittenDigits))
            {
                return false;
            }

            microseconds = digits < MostFractionDigits ? (microseconds * 10) + (int)digit : microseconds;
            digits++;
        }

        microseconds *= PowersOfTen[Math.Max(MostFractionDigits - digits, 0)];
        return digits > 0 && microseconds % PowersOfTen[MostFractionDigits - precision] == 0;
    }
}
