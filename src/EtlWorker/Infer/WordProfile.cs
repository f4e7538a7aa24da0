using System.Text;

namespace EtlWorker.Infer;

/// <summary>Values of a few words, which may be those for true and false.</summary>
internal sealed class WordProfile : KindProfile
{
    private const int MostWords = 2;
    private const int LongestWord = 12;

    /// <summary>Pairs of words for true and false, in lower case.</summary>
    private static readonly (string True, string False)[] Pairs =
    [
        ("true", "false"), ("t", "f"), ("y", "n"), ("yes", "no"), ("j", "n"), ("ja", "nein"), ("ja", "nej"), ("ja", "nee"), ("o", "n"),
        ("oui", "non"), ("s", "n"), ("sí", "no"), ("si", "no"), ("sì", "no"), ("sim", "não"), ("tak", "nie"), ("ano", "ne"), ("a", "n"),
        ("igen", "nem"), ("evet", "hayır"), ("да", "нет"), ("on", "off"), ("wahr", "falsch"), ("vrai", "faux"), ("waar", "onwaar"),
        ("verdadero", "falso"), ("vero", "falso"), ("prawda", "fałsz"), ("kyllä", "ei"), ("はい", "いいえ"), ("是", "否"),
    ];

    private readonly List<(byte[] Bytes, string Word)> _spellings = [];
    private readonly List<string> _words = [];

    /// <summary>The first spelling of each word.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <returns>The pair as the file spells it; null where the words are none.</returns>
    public (string True, string False)? Pair()
    {
        if (!HasAll)
        {
            return null;
        }

        var known = _words.Select(Lower).ToList();
        if (known is ["true"] or ["false"])
        {
            return ("true", "false");
        }

        var pair = Array.FindIndex(Pairs, each => known.Count == 2 && known.Contains(each.True) && known.Contains(each.False));
        return pair < 0 ? null : (_words[known.IndexOf(Pairs[pair].True)], _words[known.IndexOf(Pairs[pair].False)]);
    }

    protected override bool Fits(ReadOnlySpan<byte> value, Place place)
    {
        foreach (var (bytes, _) in _spellings)
        {
            if (value.SequenceEqual(bytes))
            {
                return true;
            }
        }

        if (value.Length is 0 or > LongestWord)
        {
            return false;
        }

        var word = Encoding.UTF8.GetString(value);
        var isKnown = _words.Exists(known => Lower(known) == Lower(word));
        if (!isKnown && _words.Count == MostWords)
        {
            return false;
        }

        if (!isKnown)
        {
            _words.Add(word);
        }

        if (_spellings.Count < 8)
        {
            _spellings.Add((value.ToArray(), word));
        }

        return true;
    }

#pragma warning disable CA1308 // Compared with words that are written here in lower case.
    private static string Lower(string word) => word.ToLowerInvariant();
#pragma warning restore CA1308
}
