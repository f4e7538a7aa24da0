namespace EtlWorker.Domain.Drops;

/// <summary>A place within a pattern: before a token, or within a date.</summary>
/// <param name="Token">The token that comes next.</param>
/// <param name="InDate">How many characters of a date are behind.</param>
/// <param name="Seen">What of those decides on the rest.</param>
internal readonly record struct PatternPlace(int Token, int InDate = 0, DateDigits Seen = default)
{
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
            PatternTokenKind.Date => AfterInDate(tokens[Token].Form!, character),
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

    private PatternPlace? AfterInDate(DateForm form, char character)
    {
        var seen = InDate == 0 ? DateDigits.None(form) : Seen;
        if (form.PartAt(InDate) is { } part)
        {
            return char.IsAsciiDigit(character) && seen.After(part, character - '0') is { } after ? Within(form, after) : null;
        }

        return character == form.Text[InDate] ? Within(form, seen) : null;
    }

    private PatternPlace Within(DateForm form, DateDigits seen) =>
        InDate + 1 == form.Length ? new PatternPlace(Token + 1) : this with { InDate = InDate + 1, Seen = seen };
}
