namespace EtlWorker.Definitions;

/// <summary>Which of the words that are allowed was probably meant by another one.</summary>
internal static class NearestWord
{
    /// <returns>Null where none is near: more letters differ than a person mistypes.</returns>
    public static string? Of(string word, IEnumerable<string> allowed)
    {
        var folded = Fold(word);
        var most = Math.Max(1, folded.Length / 3);
        return allowed
            .Select(other => (Word: other, Distance: Begins(folded, Fold(other)) ? 1 : Distance(folded, Fold(other))))
            .Where(other => other.Distance <= most && other.Distance < Math.Min(folded.Length, other.Word.Length))
            .OrderBy(other => other.Distance)
            .Select(other => other.Word)
            .FirstOrDefault();
    }

    private static string Fold(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToUpperInvariant() is { Length: > 0 } letters
        ? letters
        : word;

    /// <summary>Whether one is the other with an ending: warning for warn, col for column.</summary>
    private static bool Begins(string one, string other) => Math.Min(one.Length, other.Length) >= 3 && one != other
        && (one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal));

    /// <summary>How many letters are left out, put in, changed or swapped with the next one.</summary>
    private static int Distance(string one, string other)
    {
        var costs = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    costs[i, j] = i + j;
                    continue;
                }

                var changed = costs[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                costs[i, j] = Math.Min(changed, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
                }
            }
        }

        return costs[one.Length, other.Length];
    }
}
