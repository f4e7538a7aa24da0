namespace EtlWorker.Domain.Drops;

/// <summary>A place within a pattern: before a token, or within a date.</summary>
/// <param name="Token">The token that comes next.</param>
/// <param name="InDate">How many characters of a date are behind.</param>
/// <param name="Seen">What of those decides on the rest: the year until it is whole, then whether it is a leap year, month and day.</param>
internal readonly record struct PatternPlace(int Token, int InDate = 0, int Seen = 0)
{
    private const int Months = 13;

    /// <summary>The place after one more character; null where the pattern does not take it.</summary>
    public PatternPlace? After(IReadOnlyList<PatternToken> tokens, char character)
    {
        if (Token == tokens.Count)
        {
            return null;
        }

        return tokens[Token].Kind switch
        {
            PatternTokenKind.Star => character == '/' ? null : this,
            PatternTokenKind.Date when InDate is 4 or 7 => character == '-' ? Within(Seen) : null,
            PatternTokenKind.Date => char.IsAsciiDigit(character) ? AfterDigit(character - '0') : null,
            _ => character == tokens[Token].Character ? new PatternPlace(Token + 1) : null,
        };
    }

    /// <summary>This place, and those that are reached without a character since a star may stand for nothing.</summary>
    public IEnumerable<PatternPlace> WithSkips(IReadOnlyList<PatternToken> tokens)
    {
        var place = this;
        yield return place;
        while (place.Token < tokens.Count && tokens[place.Token].Kind == PatternTokenKind.Star)
        {
            place = new PatternPlace(place.Token + 1);
            yield return place;
        }
    }

    private PatternPlace Within(int seen) => this with { InDate = InDate + 1, Seen = seen };

    private PatternPlace? AfterDigit(int digit)
    {
        var (leap, month, day) = (Seen % 2, Seen / 2 % Months, Seen / 2 / Months);
        return InDate switch
        {
            < 3 => Within((Seen * 10) + digit),
            3 => (Seen * 10) + digit is var year and > 0 ? Within(DateTime.IsLeapYear(year) ? 1 : 0) : null,
            5 => digit <= 1 ? Within(leap + (2 * digit)) : null,
            6 => (month * 10) + digit is var whole and >= 1 and <= 12 ? Within(leap + (2 * whole)) : null,
            8 => digit <= 3 ? Within(leap + (2 * (month + (Months * digit)))) : null,
            _ => (day * 10) + digit is var last and >= 1 && last <= DateTime.DaysInMonth(leap == 1 ? 2000 : 2001, month)
                ? new PatternPlace(Token + 1)
                : null,
        };
    }
}
