using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Load;

namespace EtlWorker.Infer;

/// <summary>Guesses which code page a text has that is no UTF-8, by the alphabets of the languages that are written in each.</summary>
internal static class CharacterGuess
{
    private const char NoText = '\uDC00';

    // Another encoding is worth naming if its text is nearly as likely.
    private const double Near = 0.25;

    private const string Neutral = "€–—‘’“”„…°§«»©®²³µ½¼\u00A0£¥・ー、。，（）！？：；";

    /// <param name="lines">Lines with bytes beyond ASCII.</param>
    public static EncodingGuess Of(ReadOnlySpan<byte> lines)
    {
        var texts = new Dictionary<string, string>();
        var scores = new List<(string Name, double Score)>();
        foreach (var alphabet in Alphabet.All)
        {
            foreach (var name in alphabet.Encodings)
            {
                if (!texts.TryGetValue(name, out var text))
                {
                    texts[name] = text = TextIn(name, lines);
                }

                // The more usual of two encodings that read alike is told.
                scores.Add((name, ScoreOf(text, alphabet) - (0.02 * Array.IndexOf(alphabet.Encodings, name))));
            }
        }

        var ranked = scores.GroupBy(one => one.Name).Select(same => (Name: same.Key, Score: same.Max(one => one.Score)))
            .OrderByDescending(one => one.Score).ToList();
        var best = ranked[0];
        var others = ranked.Skip(1).Where(one => one.Score > best.Score - Near && texts[one.Name] != texts[best.Name]).Take(3).ToList();
        return new EncodingGuess(FileEncoding.Find(best.Name)!,
            "the file is no UTF-8, and no file says which code page it has: of those that are known here its letters make most sense "
                + "in this one")
        {
            IsAmbiguous = true,
            Readings = [.. others.Prepend(best).Select(one => (FileEncoding.Find(one.Name)!, WordsOf(texts[best.Name], texts[one.Name])))],
        };
    }

    private static string TextIn(string encoding, ReadOnlySpan<byte> lines)
    {
        var characters = new char[lines.Length + 2];
        CharacterDecoder.For(FileEncoding.Find(encoding)!)!.Decode(lines, characters, isLast: true, out _, out var written);
        return new string(characters, 0, written);
    }

    private static double ScoreOf(string text, Alphabet alphabet)
    {
        double score = 0;
        var count = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (character < 0x80)
            {
                continue;
            }

            count++;
            var (before, after) = (at > 0 ? text[at - 1] : ' ', at + 1 < text.Length ? text[at + 1] : ' ');
            score += character switch
            {
                NoText => -50,
                _ when alphabet.Letters.Contains(character) => IsOutOfPlace(before, character, after) ? -1.5 : 1,
                _ when IsIdeograph(character) => IsIdeographic(alphabet) ? (char.IsAsciiLetter(before) || char.IsAsciiLetter(after)
                    ? -1 : 0.4) : -2,
                _ when Neutral.Contains(character) => char.IsLetter(before) && char.IsLetter(after) && character is not ('’' or 'ー')
                    ? -2 : 0.5,
                _ => -2,
            };
        }

        return count == 0 ? 0 : score / count;
    }

    /// <summary>A capital inside a word, or a letter between those of another script.</summary>
    private static bool IsOutOfPlace(char before, char character, char after) =>
        (char.IsLower(before) && char.IsUpper(character))
        || (character >= 0x370 && (char.IsAsciiLetter(before) || char.IsAsciiLetter(after)))
        || (char.IsUpper(character) && char.IsLower(before));

    private static bool IsIdeograph(char character) => character is >= '\u4E00' and <= '\u9FFF';

    private static bool IsIdeographic(Alphabet alphabet) => alphabet.Encodings[0] is "shift_jis" or "gb18030" or "big5";

    /// <summary>A few words with letters beyond ASCII, at the same places of the text.</summary>
    private static string WordsOf(string best, string reading)
    {
        if (best.Length != reading.Length)
        {
            best = reading;
        }

        var words = new List<string>();
        for (var at = 0; at < best.Length && words.Count < 5; at++)
        {
            if (best[at] < 0x80)
            {
                continue;
            }

            var (start, end) = (at, at);
            while (start > 0 && IsOfWord(best[start - 1]))
            {
                start--;
            }

            while (end < best.Length && IsOfWord(best[end]))
            {
                end++;
            }

            var word = new StringBuilder(reading[start..end]).Replace(NoText, '\uFFFD').ToString();
            if (!words.Contains(word) && word.Length <= 40)
            {
                words.Add(word);
            }

            at = Math.Max(end, at);
        }

        return string.Join(", ", words);
    }

    private static bool IsOfWord(char character) => character >= 0x80 || char.IsAsciiLetter(character);
}
