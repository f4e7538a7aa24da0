using System.Text;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// One form of dates and times in the letters of .NET's custom format strings, <c>dd.MM.yyyy HH:mm</c>, read exactly: a letter twice is
/// two digits, once one or two. An unknown letter is a fault and no literal.
/// </summary>
/// <remarks>https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings</remarks>
public sealed class DateTimeForm
{
    private static readonly byte[] Colon = [(byte)':'];
    private readonly DateTimeToken[] _tokens;
    private readonly WordList _months;
    private readonly IReadOnlyList<string> _monthNames;
    private readonly int _pivotYear;

    private DateTimeForm(string text, IEnumerable<DateTimeToken> tokens, IReadOnlyList<string> months, int pivotYear) =>
        (Text, _tokens, _months, _monthNames, _pivotYear) = (text, [.. tokens], new WordList(months), months, pivotYear);

    public string Text { get; }

    public bool HasDate => Has(DateTimeTokenKind.Day);

    public bool HasTime => Has(DateTimeTokenKind.Hour) || Has(DateTimeTokenKind.HourOfHalf);

    public bool HasOffset => Has(DateTimeTokenKind.Offset);

    /// <param name="text">The form.</param>
    /// <param name="months">Twelve names of months; null for the English ones.</param>
    /// <param name="pivotYear">The last year that a year of two digits can be; null where there is none.</param>
    /// <param name="form">The form, where it is one.</param>
    /// <returns>What is wrong with it, for a person, after the form's text; null where nothing is.</returns>
    public static string? Parse(string text, IReadOnlyList<string>? months, int? pivotYear, out DateTimeForm? form)
    {
        form = null;
        var fault = DateTimeFormParser.Parse(text, out var tokens);
        if (fault is null && tokens.Any(token => token.Kind == DateTimeTokenKind.ShortYear) && pivotYear is null)
        {
            fault = "has a year of two digits, yy: say \"pivotYear\", the last year that it can be, 2049 for 1950 to 2049";
        }

        if (fault is null)
        {
            var isLong = tokens.Any(token => token is { Kind: DateTimeTokenKind.MonthName, Digits: 4 });
            form = new DateTimeForm(text, tokens, months ?? (isLong ? EnglishMonths.Names : EnglishMonths.Abbreviations), pivotYear ?? 0);
        }

        return fault;
    }

    /// <summary>One of our own, which is known to be right.</summary>
    internal static DateTimeForm Of(string text) =>
        Parse(text, null, null, out var form) is { } fault ? throw new FormatException($"{text} {fault}") : form!;

    /// <returns>Whether the whole text is of this form; its parts need be no day of the calendar.</returns>
    internal bool TryRead(ReadOnlySpan<byte> text, out DateTimeParts parts)
    {
        parts = new DateTimeParts { Year = 1, Month = 1, Day = 1 };
        var (at, half) = (0, -1);
        foreach (var token in _tokens)
        {
            var isRead = token.Kind switch
            {
                DateTimeTokenKind.Literal => TryLiteral(text, token.Literal!, ref at),
                DateTimeTokenKind.Year => TryNumber(text, 4, 4, ref at, out parts.Year),
                DateTimeTokenKind.ShortYear => TryShortYear(text, ref at, out parts.Year),
                DateTimeTokenKind.Month => TryNumber(text, token.Digits, 2, ref at, out parts.Month),
                DateTimeTokenKind.MonthName => TryMonth(text, ref at, out parts.Month),
                DateTimeTokenKind.Day => TryNumber(text, token.Digits, 2, ref at, out parts.Day),
                DateTimeTokenKind.Hour => TryNumber(text, token.Digits, 2, ref at, out parts.Hour) && parts.Hour < 24,
                DateTimeTokenKind.HourOfHalf => TryNumber(text, token.Digits, 2, ref at, out parts.Hour) && parts.Hour is >= 1 and <= 12,
                DateTimeTokenKind.Minute => TryNumber(text, token.Digits, 2, ref at, out parts.Minute) && parts.Minute < 60,
                DateTimeTokenKind.Second => TryNumber(text, token.Digits, 2, ref at, out parts.Second) && parts.Second < 60,
                DateTimeTokenKind.Fraction => TryFraction(text, token.Digits, token.Digits, ref at, ref parts),
                DateTimeTokenKind.OptionalFraction => !TryLiteral(text, token.Literal!, ref at)
                    || TryFraction(text, 1, token.Digits, ref at, ref parts),
                DateTimeTokenKind.HalfDay => TryHalf(text, token.Digits, ref at, out half),
                _ => TryOffset(text, token.Digits, ref at, out parts.OffsetMinutes),
            };
            if (!isRead)
            {
                return false;
            }
        }

        parts.Hour = half < 0 ? parts.Hour : (parts.Hour % 12) + (12 * half);
        return at == text.Length;
    }

    /// <summary>The text that this form gives a point in time.</summary>
    /// <param name="time">The point in time.</param>
    /// <param name="isPadded">Whether a number of one or two digits has two.</param>
    internal string Write(DateTime time, bool isPadded)
    {
        var text = new StringBuilder();
        foreach (var token in _tokens)
        {
            var least = isPadded ? "00" : new string('0', Math.Max(token.Digits, 1));
            var number = token.Kind switch
            {
                DateTimeTokenKind.Year => time.Year.ToString("0000", null),
                DateTimeTokenKind.ShortYear => (time.Year % 100).ToString("00", null),
                DateTimeTokenKind.Month => time.Month.ToString(least, null),
                DateTimeTokenKind.MonthName => _monthNames[time.Month - 1],
                DateTimeTokenKind.Day => time.Day.ToString(least, null),
                DateTimeTokenKind.Hour => time.Hour.ToString(least, null),
                DateTimeTokenKind.HourOfHalf => (((time.Hour + 11) % 12) + 1).ToString(least, null),
                DateTimeTokenKind.Minute => time.Minute.ToString(least, null),
                DateTimeTokenKind.Second => time.Second.ToString(least, null),
                DateTimeTokenKind.Fraction => (time.Ticks % TimeSpan.TicksPerSecond).ToString("0000000", null)
                    .PadRight(token.Digits, '0')[..token.Digits],
                DateTimeTokenKind.OptionalFraction => "",
                DateTimeTokenKind.HalfDay => (time.Hour < 12 ? "AM" : "PM")[..token.Digits],
                DateTimeTokenKind.Offset => token.Digits == 3 ? "+00:00" : "+00",
                _ => Encoding.UTF8.GetString(token.Literal!),
            };
            text.Append(number);
        }

        return text.ToString();
    }

    private bool Has(DateTimeTokenKind kind) => Array.Exists(_tokens, token => token.Kind == kind);

    private static bool TryLiteral(ReadOnlySpan<byte> text, byte[] literal, ref int at)
    {
        var isThere = text[at..].StartsWith(literal);
        at += isThere ? literal.Length : 0;
        return isThere;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, int least, int most, ref int at, out int number)
    {
        var (start, end) = (at, Math.Min(at + most, text.Length));
        number = 0;
        while (at < end && (uint)(text[at] - '0') is <= 9 and var digit)
        {
            number = (number * 10) + (int)digit;
            at++;
        }

        return at - start >= least;
    }

    private bool TryShortYear(ReadOnlySpan<byte> text, ref int at, out int year)
    {
        var isRead = TryNumber(text, 2, 2, ref at, out year);
        // The one of a hundred years, the last of which is the pivot.
        year = _pivotYear - ((((_pivotYear - year) % 100) + 100) % 100);
        return isRead;
    }

    private bool TryMonth(ReadOnlySpan<byte> text, ref int at, out int month)
    {
        month = _months.StartOf(text[at..], out var length) + 1;
        at += length;
        return month > 0;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, int least, int most, ref int at, ref DateTimeParts parts)
    {
        var start = at;
        var isRead = TryNumber(text, least, most, ref at, out parts.Fraction);
        parts.FractionDigits = at - start;
        return isRead;
    }

    private static bool TryHalf(ReadOnlySpan<byte> text, int letters, ref int at, out int half)
    {
        var rest = text[at..];
        half = rest.IsEmpty ? -1 : (rest[0] | 0x20) switch { 'a' => 0, 'p' => 1, _ => -1 };
        at += letters;
        return half >= 0 && rest.Length >= letters && (letters == 1 || (rest[1] | 0x20) == 'm');
    }

    /// <param name="text">The field.</param>
    /// <param name="letters">Of z: hours alone for one and two; with minutes for three. 0 for K: Z as well.</param>
    /// <param name="at">Where it begins.</param>
    /// <param name="minutes">East of Greenwich.</param>
    private static bool TryOffset(ReadOnlySpan<byte> text, int letters, ref int at, out int? minutes)
    {
        minutes = 0;
        if (letters == 0 && at < text.Length && text[at] == (byte)'Z')
        {
            at++;
            return true;
        }

        if (at >= text.Length || text[at] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        var sign = text[at++] == (byte)'-' ? -1 : 1;
        var ofHour = 0;
        var isRead = TryNumber(text, letters == 1 ? 1 : 2, 2, ref at, out var hours) && hours <= 15
            && (letters is 1 or 2 || (TryLiteral(text, Colon, ref at) && TryNumber(text, 2, 2, ref at, out ofHour) && ofHour < 60));
        minutes = sign * ((hours * 60) + ofHour);
        return isRead;
    }
}
