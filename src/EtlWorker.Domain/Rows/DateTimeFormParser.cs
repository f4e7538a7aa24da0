using System.Text;

namespace EtlWorker.Domain.Rows;

/// <summary>Takes a form of dates and times apart.</summary>
internal static class DateTimeFormParser
{
    private const int MostFraction = 9;

    // What .NET's letters mean, and those of other systems that are written by mistake.
    private const string Letters = "the letters are yyyy or yy, MM, M, MMM or MMMM, dd or d, HH, H, hh or h, mm, ss, f or F for each "
        + "digit of a fraction, tt for AM and PM, zzz for an offset, K for one or Z; put other letters into quotes, 'h'";

    /// <returns>What is wrong, after the form's text; null where nothing is.</returns>
    public static string? Parse(string text, out List<DateTimeToken> tokens)
    {
        tokens = [];
        for (var at = 0; at < text.Length;)
        {
            var letter = text[at];
            var count = text.AsSpan(at).IndexOfAnyExcept(letter) is var other and >= 0 ? other : text.Length - at;
            if (letter is '\'' or '"')
            {
                var end = text.IndexOf(letter, at + 1);
                if (end < 0)
                {
                    return "has a quote that is never closed";
                }

                AddLiteral(tokens, text[(at + 1)..end]);
                at = end + 1;
            }
            else if (letter == '\\' && at + 1 < text.Length)
            {
                AddLiteral(tokens, text.Substring(at + 1, 1));
                at += 2;
            }
            else if (!char.IsAsciiLetter(letter) || (letter == 'T' && count == 1))
            {
                AddLiteral(tokens, letter.ToString());
                at++;
            }
            else if (TokenOf(letter, count) is { } token)
            {
                Add(tokens, token);
                at += count;
            }
            else
            {
                return $"has {new string(letter, count)}: {Letters}";
            }
        }

        return FaultOf(tokens);
    }

    private static DateTimeToken? TokenOf(char letter, int count) => (letter, count) switch
    {
        ('y', 4) => new(DateTimeTokenKind.Year, 4),
        ('y', 2) => new(DateTimeTokenKind.ShortYear, 2),
        ('M', 1 or 2) => new(DateTimeTokenKind.Month, count),
        ('M', 3 or 4) => new(DateTimeTokenKind.MonthName, count),
        ('d', 1 or 2) => new(DateTimeTokenKind.Day, count),
        ('H', 1 or 2) => new(DateTimeTokenKind.Hour, count),
        ('h', 1 or 2) => new(DateTimeTokenKind.HourOfHalf, count),
        ('m', 1 or 2) => new(DateTimeTokenKind.Minute, count),
        ('s', 1 or 2) => new(DateTimeTokenKind.Second, count),
        ('f', <= MostFraction) => new(DateTimeTokenKind.Fraction, count),
        ('F', <= MostFraction) => new(DateTimeTokenKind.OptionalFraction, count),
        ('t', 1 or 2) => new(DateTimeTokenKind.HalfDay, count),
        ('z', 1 or 2 or 3) => new(DateTimeTokenKind.Offset, count),
        ('K', 1) => new(DateTimeTokenKind.Offset),
        _ => null,
    };

    private static void AddLiteral(List<DateTimeToken> tokens, string text)
    {
        if (text.Length > 0)
        {
            tokens.Add(new DateTimeToken(DateTimeTokenKind.Literal, 0, Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <summary>The point before digits that may be missing goes with them.</summary>
    private static void Add(List<DateTimeToken> tokens, DateTimeToken token)
    {
        if (token.Kind == DateTimeTokenKind.OptionalFraction
            && tokens is [.., { Kind: DateTimeTokenKind.Literal, Literal: { Length: 1 } point }])
        {
            tokens[^1] = token with { Literal = point };
            return;
        }

        tokens.Add(token);
    }

    private static string? FaultOf(List<DateTimeToken> tokens)
    {
        var kinds = tokens.Where(token => token.Kind != DateTimeTokenKind.Literal).Select(token => GroupOf(token.Kind)).ToList();
        bool Has(DateTimeTokenKind kind) => kinds.Contains(kind);
        if (kinds.GroupBy(kind => kind).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            return $"names the {NameOf(twice.Key)} twice";
        }

        var (year, month, day) = (Has(DateTimeTokenKind.Year), Has(DateTimeTokenKind.Month), Has(DateTimeTokenKind.Day));
        var (hour, half) = (Has(DateTimeTokenKind.Hour), Has(DateTimeTokenKind.HalfDay));
        var isOfHalf = tokens.Any(token => token.Kind == DateTimeTokenKind.HourOfHalf);
        if ((year || month || day) && !(year && month && day))
        {
            return "names a year, a month or a day, and not all three";
        }

        if (kinds.Count == 0)
        {
            return $"names no date and no time: {Letters}";
        }

        if (half != isOfHalf)
        {
            return half ? "has tt (AM, PM) without the hour of 12, h or hh" : "has the hour of 12, h or hh, without tt (AM, PM); HH has 24";
        }

        if ((Has(DateTimeTokenKind.Minute) && !hour) || (Has(DateTimeTokenKind.Second) && !Has(DateTimeTokenKind.Minute))
            || (Has(DateTimeTokenKind.Fraction) && !Has(DateTimeTokenKind.Second)) || (Has(DateTimeTokenKind.Offset) && !hour))
        {
            return "has a part of a time without the part that it belongs to: HH, then mm, ss and a fraction; "
                + "mm is the minute and MM the month";
        }

        if (tokens.Any(token => token is { Kind: DateTimeTokenKind.OptionalFraction, Literal: null }))
        {
            return "has F without a point before it: digits that may be missing are written .FFF";
        }

        return tokens.Zip(tokens.Skip(1)).Any(pair => IsOpen(pair.First) && BeginsWithDigit(pair.Second))
            ? "has a number of one or two digits right before another number: where the first ends could not be told"
            : null;
    }

    private static DateTimeTokenKind GroupOf(DateTimeTokenKind kind) => kind switch
    {
        DateTimeTokenKind.ShortYear => DateTimeTokenKind.Year,
        DateTimeTokenKind.MonthName => DateTimeTokenKind.Month,
        DateTimeTokenKind.HourOfHalf => DateTimeTokenKind.Hour,
        DateTimeTokenKind.OptionalFraction => DateTimeTokenKind.Fraction,
        _ => kind,
    };

    private static string NameOf(DateTimeTokenKind kind) => kind switch
    {
        DateTimeTokenKind.HalfDay => "half of the day (tt)",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static bool IsOpen(DateTimeToken token) => token is
    {
        Digits: 1, Kind: DateTimeTokenKind.Month or DateTimeTokenKind.Day or DateTimeTokenKind.Hour or DateTimeTokenKind.HourOfHalf
        or DateTimeTokenKind.Minute or DateTimeTokenKind.Second
    };

    private static bool BeginsWithDigit(DateTimeToken token) => token.Kind switch
    {
        DateTimeTokenKind.Literal => char.IsAsciiDigit((char)token.Literal![0]),
        DateTimeTokenKind.MonthName or DateTimeTokenKind.HalfDay or DateTimeTokenKind.Offset or DateTimeTokenKind.OptionalFraction => false,
        _ => true,
    };
}
