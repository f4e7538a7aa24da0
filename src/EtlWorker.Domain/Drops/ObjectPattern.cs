namespace EtlWorker.Domain.Drops;

/// <summary>
/// An object key, or a pattern of keys: <c>*</c> stands for anything but <c>/</c>, <c>{date}</c> for a date of the calendar as yyyy-MM-dd,
/// and <c>{date:yyyyMMdd}</c> for one in another form.
/// </summary>
/// <remarks>
/// A key is judged from its end, each of its characters once for each token of the pattern, so that no key makes a pattern slow. Keys
/// come from whoever may write to the bucket.
/// </remarks>
public sealed class ObjectPattern
{
    public const string DateWord = "{date}";
    private const char Star = '*';
    private const string DateBegin = "{date:";
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

    /// <summary>Whether each of its keys names a date.</summary>
    public bool NamesDate => DateForms.Any();

    /// <summary>How its keys write dates, in their order.</summary>
    public IEnumerable<DateForm> DateForms => _tokens.Select(token => token.Form).OfType<DateForm>();

    internal IReadOnlyList<PatternToken> Tokens => _tokens;

    /// <returns>The form in a placeholder like <c>{date:yyyyMMdd}</c>, as it stands there; null where it is another one.</returns>
    public static string? FormIn(string placeholder) => placeholder == DateWord ? DateForm.Iso.Text
        : placeholder.StartsWith(DateBegin, StringComparison.Ordinal) && placeholder.EndsWith('}') ? placeholder[DateBegin.Length..^1]
        : null;

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

    /// <summary>Its text with a date in the place of its dates.</summary>
    public string On(DateOnly date) => string.Concat(_tokens.Select(token => token switch
    {
        { Form: { } form } => form.Write(date),
        { Kind: PatternTokenKind.Star } => Star.ToString(),
        _ => token.Character.ToString(),
    }));

    /// <returns>All keys of the pattern that name dates of a time, or its only key; null where it has a star, and nobody can say.</returns>
    public IReadOnlyList<string>? KeysOf(DateOnly first, DateOnly last) =>
        _tokens.Any(token => token.Kind == PatternTokenKind.Star) ? null
        : IsExact ? [Text]
        : [.. Enumerable.Range(0, Math.Max(0, last.DayNumber - first.DayNumber + 1)).Select(day => On(first.AddDays(day))).Distinct()];

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
                    PatternTokenKind.Date => _tokens[token].Form! is var form
                        && at + form.Length <= key.Length && next[at + form.Length] && form.TryRead(key.AsSpan(at, form.Length), out _),
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
                    var form = _tokens[token].Form!;
                    last = form.TryRead(key.AsSpan(at, form.Length), out var date) ? date : last;
                    at += form.Length;
                    break;
                default:
                    at++;
                    break;
            }

            token++;
        }

        return last;
    }

    /// <returns>The form of the placeholder that begins there; null where none does.</returns>
    private static DateForm? FormAt(string text, int at, out int length)
    {
        length = string.CompareOrdinal(text, at, DateBegin, 0, DateBegin.Length) == 0 ? text.AsSpan(at).IndexOf('}') + 1 : 0;
        return length > 0 && DateForm.TryParse(FormIn(text.Substring(at, length))!, out var form) ? form : null;
    }

    private static IEnumerable<PatternToken> TokensOf(string text, string dateWord, bool hasStars)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (string.CompareOrdinal(text, at, dateWord, 0, dateWord.Length) == 0)
            {
                yield return new PatternToken(PatternTokenKind.Date, Form: DateForm.Iso);
                at += dateWord.Length - 1;
            }
            else if (hasStars && FormAt(text, at, out var length) is { } form)
            {
                yield return new PatternToken(PatternTokenKind.Date, Form: form);
                at += length - 1;
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
