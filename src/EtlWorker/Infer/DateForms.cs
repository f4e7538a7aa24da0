namespace EtlWorker.Infer;

/// <summary>The forms of dates that are looked for, each a bit of a set.</summary>
internal static class DateForms
{
    private const string Separators = "-/.";
    private static readonly string[] OfNumbers =
    [
        "yyyy{0}MM{0}dd", "yyyy{0}M{0}d", "dd{0}MM{0}yyyy", "d{0}M{0}yyyy", "MM{0}dd{0}yyyy", "M{0}d{0}yyyy",
        "dd{0}MM{0}yy", "d{0}M{0}yy", "MM{0}dd{0}yy", "M{0}d{0}yy", "yy{0}MM{0}dd", "yy{0}M{0}d",
    ];

    private static readonly string[] OfNames =
    [
        "dd MMM yyyy", "d MMM yyyy", "dd-MMM-yyyy", "d-MMM-yyyy", "dd-MMM-yy", "d-MMM-yy", "MMM dd, yyyy", "MMM d, yyyy",
        "dd MMMM yyyy", "d MMMM yyyy", "MMMM dd, yyyy", "MMMM d, yyyy", "dd MMM yy", "d MMM yy",
    ];

    private static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    private static readonly byte[] DaysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>In the order in which they are preferred where several fit all values.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Separators.SelectMany(separator => OfNumbers.Select(form => form.Replace("{0}", separator.ToString(),
            StringComparison.Ordinal))),
         "yyyyMMdd", .. OfNames];

    private static readonly int CompactBit = Separators.Length * OfNumbers.Length;

    /// <summary>yyyy-MM-dd, which needs no word in the definition.</summary>
    public static bool IsIso(int form) => form == 0;

    /// <summary>yyyyMMdd, which a number may be as well.</summary>
    public static bool IsCompact(ulong forms) => forms == Bit(CompactBit);

    /// <summary>Whether a year of two digits stands in it, whose century cannot be known.</summary>
    public static bool HasShortYear(int form) =>
        All[form].Contains("yy", StringComparison.Ordinal) && !All[form].Contains("yyyy", StringComparison.Ordinal);

    /// <summary>The forms that read the same texts otherwise: day and month, or day and year, change places.</summary>
    public static IEnumerable<int> RivalsOf(int form) => Enumerable.Range(0, All.Count)
        .Where(other => other != form && form < CompactBit && other < CompactBit && form / OfNumbers.Length == other / OfNumbers.Length
            && OrderOf(form) != OrderOf(other) && HasShortYear(form) == HasShortYear(other));

    /// <returns>The set of forms that the whole text has, as a day of the calendar.</returns>
    public static ulong Of(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 6 or > 18)
        {
            return 0;
        }

        if (text.Length == 8 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            var (year, month, day) = (Number(text[..4]), Number(text[4..6]), Number(text[6..]));
            return year is >= 1900 and <= 2100 && IsDay(year, month, day) ? Bit(CompactBit) : 0;
        }

        return char.IsAsciiDigit((char)text[0]) && OfThreeNumbers(text) is var numbers and not 0 ? numbers : WithName(text);
    }

    private static ulong OfThreeNumbers(ReadOnlySpan<byte> text)
    {
        var first = DigitsOf(text);
        if (first is 0 or > 4 || first >= text.Length || Separators.IndexOf((char)text[first],
            StringComparison.Ordinal) is not (>= 0 and var kind))
        {
            return 0;
        }

        var rest = text[(first + 1)..];
        var second = DigitsOf(rest);
        if (second is 0 or > 2 || second >= rest.Length || rest[second] != text[first])
        {
            return 0;
        }

        var last = rest[(second + 1)..];
        if (last.Length is 0 or 3 or > 4 || DigitsOf(last) != last.Length)
        {
            return 0;
        }

        var (a, b, c) = (Number(text[..first]), Number(rest[..second]), Number(last));
        var start = kind * OfNumbers.Length;
        if (first == 4)
        {
            return last.Length <= 2 && IsDay(a, b, c) ? Padded(start, 0, second == 2 && last.Length == 2) : 0;
        }

        if (first > 2)
        {
            return 0;
        }

        var isPadded = first == 2 && second == 2;
        if (last.Length == 4)
        {
            return (IsDay(c, b, a) ? Padded(start, 2, isPadded) : 0) | (IsDay(c, a, b) ? Padded(start, 4, isPadded) : 0);
        }

        // Of a year of two digits nobody knows whether it is a leap year: 2000 was one, and 1900 none.
        return (last.Length == 2 && IsDay(2000, b, a) ? Padded(start, 6, isPadded) : 0)
            | (last.Length == 2 && IsDay(2000, a, b) ? Padded(start, 8, isPadded) : 0)
            | (first == 2 && IsDay(2000, b, c) ? Padded(start, 10, second == 2 && last.Length == 2) : 0);
    }

    private static ulong WithName(ReadOnlySpan<byte> text)
    {
        ulong forms = 0;
        for (var form = 0; form < OfNames.Length; form++)
        {
            forms |= HasForm(text, OfNames[form]) ? Bit(CompactBit + 1 + form) : 0;
        }

        return forms;
    }

    private static bool HasForm(ReadOnlySpan<byte> text, string form)
    {
        var (at, year, month, day) = (0, 2000, 0, 0);
        for (var token = 0; token < form.Length;)
        {
            var length = 1;
            while (token + length < form.Length && form[token + length] == form[token])
            {
                length++;
            }

            var rest = text[Math.Min(at, text.Length)..];
            var digits = Math.Min(DigitsOf(rest), 4);
            switch (form[token])
            {
                case 'd' when digits is 1 or 2 && digits >= length:
                    (day, at) = (Number(rest[..digits]), at + digits);
                    break;
                case 'y' when digits == length:
                    (year, at) = (length == 2 ? 2000 : Number(rest[..digits]), at + digits);
                    break;
                case 'M' when MonthAt(rest, isLong: length == 4, out var letters) is > 0 and var named:
                    (month, at) = (named, at + letters);
                    break;
                case ' ' or '-' or ',' when !rest.IsEmpty && rest[0] == form[token]:
                    at++;
                    break;
                default:
                    return false;
            }

            token += length;
        }

        return at == text.Length && IsDay(year, month, day);
    }

    private static int MonthAt(ReadOnlySpan<byte> text, bool isLong, out int length)
    {
        for (var month = 0; month < Months.Length; month++)
        {
            length = isLong ? Months[month].Length : 3;
            if (text.Length >= length && System.Text.Ascii.EqualsIgnoreCase(text[..length], Months[month].AsSpan(0, length))
                && (text.Length == length || !char.IsAsciiLetter((char)text[length])))
            {
                return month + 1;
            }
        }

        length = 0;
        return 0;
    }

    private static string OrderOf(int form) => string.Concat(All[form].Where(char.IsAsciiLetter).Distinct());

    private static ulong Padded(int start, int form, bool isPadded) => Bit(start + form + 1) | (isPadded ? Bit(start + form) : 0);

    private static ulong Bit(int form) => 1ul << form;

    private static bool IsDay(int year, int month, int day) => year >= 1 && month is >= 1 and <= 12 && day >= 1
        && day <= DaysInMonth[month - 1] && (month != 2 || day < 29 || DateTime.IsLeapYear(year));

    private static int DigitsOf(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end and >= 0 ? end : text.Length;

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
