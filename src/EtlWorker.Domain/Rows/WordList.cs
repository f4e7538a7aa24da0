using System.Globalization;
using System.Text;

namespace EtlWorker.Domain.Rows;

/// <summary>Words as a file may write them: as they are, in small letters, in capitals, or with a capital first.</summary>
internal sealed class WordList
{
    private readonly (byte[] Text, int Word)[] _spellings;

    public WordList(IEnumerable<string> words) => _spellings =
    [
        .. words.SelectMany((word, index) => Spellings(word).Select(spelling => (Encoding.UTF8.GetBytes(spelling), index)))
            .OrderByDescending(spelling => spelling.Item1.Length),
    ];

    /// <summary>The longest word with which the text begins.</summary>
    /// <returns>Its index; -1 for none.</returns>
    public int StartOf(ReadOnlySpan<byte> text, out int length)
    {
        foreach (var (spelling, word) in _spellings)
        {
            if (text.StartsWith(spelling))
            {
                length = spelling.Length;
                return word;
            }
        }

        length = 0;
        return -1;
    }

    /// <returns>The index of the word that the text is; -1 for none.</returns>
    public int IndexOf(ReadOnlySpan<byte> text)
    {
        foreach (var (spelling, word) in _spellings)
        {
            if (text.SequenceEqual(spelling))
            {
                return word;
            }
        }

        return -1;
    }

    private static IEnumerable<string> Spellings(string word)
    {
        var text = CultureInfo.InvariantCulture.TextInfo;
        var lower = text.ToLower(word);
        var capital = lower.Length == 0 ? "" : string.Concat(text.ToUpper(lower[..1]), lower[1..]);
        return new[] { word, lower, text.ToUpper(word), capital }.Distinct();
    }
}
