using System.Text;

namespace EtlWorker.Infer;

/// <summary>Breaks text into lines.</summary>
internal static class Wrapped
{
    /// <param name="text">One paragraph.</param>
    /// <param name="width">Characters of a line; a longer word has a line of its own.</param>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}
