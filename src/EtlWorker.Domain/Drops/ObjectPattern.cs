using System.Globalization;

namespace EtlWorker.Domain.Drops;

/// <summary>
/// An object key, or a pattern of keys: <c>*</c> stands for anything but <c>/</c>, <c>{date}</c> for a date of the calendar as yyyy-MM-dd.
/// </summary>
/// <remarks>
/// A key is judged from its end, each of its characters once for each token of the pattern, so that no key makes a pattern slow. Keys
/// come from whoever may write to the bucket.
/// </remarks>
public sealed class ObjectPattern
{
    public const string DateWord = "{date}";
    private const char Star = '*';
    private const int DateLength = 10;
    private readonly PatternToken[] _tokens;

    public ObjectPattern(string pattern)
        : this(pattern, DateWord, hasStars: true)
    {
    }

    private ObjectPattern(string text, string dateWord, bool hasStars)
    {
        Text = text;
        _tokens = [.. TokensOf(text, dateWord, hasStars)];
        Prefix = new string([.. _tokens.TakeWhile(token => token.Kind == PatternTokenKind.Character).Select(token => token.Character)]);
    }

    public string Text { get; }

    /// <summary>Everything before the first wildcard: what a listing may ask for.</summary>
    public string Prefix { get; }

    internal IReadOnlyList<PatternToken> Tokens => _tokens;

    /// <summary>The keys that are written over the days to a key with a date in it; stars in it are no wildcards.</summary>
    public static ObjectPattern OfWritten(string key, string dateWord) => new(key, dateWord, hasStars: false);

    /// <summary>Whether it stands for one key alone.</summary>
    public bool IsExact => Prefix.Length == Text.Length;

    /// <summary>Whether the key is one of these, and the date that it names, if the pattern has one.</summary>
    public bool Matches(string key, out DateOnly? date)
    {
        date = null;
        if (Prefix.Length == _tokens.Length || !key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return key == Prefix && Prefix.Length == _tokens.Length;
        }

        var taken = Taken(key);
        if (!taken[0][0])
        {
            return false;
        }

        date = DateIn(key, taken);
        return true;
    }

    /// <returns>By token, then by character: whether the tokens from that one on take the key from there on.</returns>
    private bool[][] Taken(string key)
    {
        var taken = new bool[_tokens.Length + 1][];
        taken[^1] = new bool[key.Length + 1];
        taken[^1][key.Length] = true;
        for (var token = _tokens.Length - 1; token >= 0; token--)
        {
            var (here, next) = (new bool[key.Length + 1], taken[token + 1]);
            for (var at = key.Length; at >= 0; at--)
            {
                here[at] = _tokens[token].Kind switch
                {
                    PatternTokenKind.Star => next[at] || (at < key.Length && key[at] != '/' && here[at + 1]),
                    PatternTokenKind.Date => at + DateLength <= key.Length && next[at + DateLength] && TryDate(key, at, out _),
                    _ => at < key.Length && key[at] == _tokens[token].Character && next[at + 1],
                };
            }

            taken[token] = here;
        }

        return taken;
    }

    /// <summary>Each star takes as much as it can, and of several dates the last one counts.</summary>
    private DateOnly? DateIn(string key, bool[][] taken)
    {
        DateOnly? last = null;
        var (token, at) = (0, 0);
        while (token < _tokens.Length)
        {
            switch (_tokens[token].Kind)
            {
                case PatternTokenKind.Star when at < key.Length && key[at] != '/' && taken[token][at + 1]:
                    at++;
                    continue;
                case PatternTokenKind.Star:
                    break;
                case PatternTokenKind.Date:
                    last = TryDate(key, at, out var date) ? date : last;
                    at += DateLength;
                    break;
                default:
                    at++;
                    break;
            }

            token++;
        }

        return last;
    }

    private static bool TryDate(string key, int at, out DateOnly date)
    {
        date = default;
        var text = key.AsSpan(at, DateLength);
        for (var index = 0; index < DateLength; index++)
        {
            if (index is 4 or 7 ? text[index] != '-' : !char.IsAsciiDigit(text[index]))
            {
                return false;
            }
        }

        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    private static IEnumerable<PatternToken> TokensOf(string text, string dateWord, bool hasStars)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (string.CompareOrdinal(text, at, dateWord, 0, dateWord.Length) == 0)
            {
                yield return new PatternToken(PatternTokenKind.Date);
                at += dateWord.Length - 1;
            }
            else
            {
                yield return hasStars && text[at] == Star
                    ? new PatternToken(PatternTokenKind.Star)
                    : new PatternToken(PatternTokenKind.Character, text[at]);
            }
        }
    }
}
