using System.Text;

namespace EtlWorker.Domain.Drops;

/// <summary>Whether there is a key that two patterns take: both are walked at once, breadth first, over all keys of both.</summary>
public static class PatternOverlap
{
    private const int MostKeyBytes = 1024;

    private const string Digits = "0123456789";

    // Where a free choice is made, for an example that a person would take for a key.
    private static readonly DateOnly Date = new(2000, 1, 1);
    private static readonly char[] OfStars = ['x'];

    /// <returns>A shortest key that both take and that can be a file's; null when there is none.</returns>
    public static string? Example(ObjectPattern one, ObjectPattern other)
    {
        var former = new Dictionary<Pair, (Pair Pair, char Character)?>();
        var waiting = new Queue<Pair>();
        Reach(new PatternPlace(0), new PatternPlace(0), '/', null);
        while (waiting.TryDequeue(out var pair))
        {
            if (pair.One.Token == one.Tokens.Count && pair.Other.Token == other.Tokens.Count && !pair.IsAfterSlash)
            {
                var key = KeyTo(pair, former);
                return Encoding.UTF8.GetByteCount(key) <= MostKeyBytes ? key : null;
            }

            foreach (var character in Choices(one.Tokens, pair.One) ?? Choices(other.Tokens, pair.Other) ?? Free(one, other, pair))
            {
                if (pair.One.After(one.Tokens, character) is { } next && pair.Other.After(other.Tokens, character) is { } nextOther)
                {
                    Reach(next, nextOther, character, pair);
                }
            }
        }

        return null;

        void Reach(PatternPlace place, PatternPlace otherPlace, char character, Pair? from)
        {
            foreach (var reached in
                from here in place.WithSkips(one.Tokens)
                from there in otherPlace.WithSkips(other.Tokens)
                select new Pair(here, there, character == '/'))
            {
                if (former.TryAdd(reached, from is { } before ? (before, character) : null))
                {
                    waiting.Enqueue(reached);
                }
            }
        }
    }

    /// <returns>The characters that can come next; null where the pattern leaves it open.</returns>
    private static char[]? Choices(IReadOnlyList<PatternToken> tokens, PatternPlace place) => place.Token == tokens.Count
        ? []
        : tokens[place.Token] is { Kind: PatternTokenKind.Character } token ? [token.Character] : null;

    private static char[] Free(ObjectPattern one, ObjectPattern other, Pair pair)
    {
        if (one.Tokens[pair.One.Token] is { Form: { } form })
        {
            return OfDate(form, pair.One.InDate);
        }

        return other.Tokens[pair.Other.Token] is { Form: { } otherForm } ? OfDate(otherForm, pair.Other.InDate) : OfStars;
    }

    /// <summary>The digit of a date that a person would choose, and the others where the other pattern wants one of those.</summary>
    private static char[] OfDate(DateForm form, int at)
    {
        var chosen = form.Write(Date)[at];
        return form.PartAt(at) is null ? [chosen] : [.. Digits.OrderByDescending(digit => digit == chosen)];
    }

    private static string KeyTo(Pair last, Dictionary<Pair, (Pair Pair, char Character)?> former)
    {
        var key = new List<char>();
        for (var step = former[last]; step is { } taken; step = former[taken.Pair])
        {
            key.Add(taken.Character);
        }

        key.Reverse();
        return new string([.. key]);
    }

    private readonly record struct Pair(PatternPlace One, PatternPlace Other, bool IsAfterSlash);
}
