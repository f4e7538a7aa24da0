using EtlWorker.Domain.Text;

namespace EtlWorker.Load.Hints;

/// <summary>Recognises words for true and false, and words for a value that is missing. Only words of these lists are reported.</summary>
internal static class WordHints
{
    private static readonly (string True, string False)[] Pairs =
    [
        ("Y", "N"), ("yes", "no"), ("J", "N"), ("ja", "nein"), ("O", "N"), ("oui", "non"), ("S", "N"), ("si", "no"), ("sí", "no"),
        ("on", "off"), ("wahr", "falsch"), ("vrai", "faux"), ("A", "N"), ("tak", "nie"), ("X", "-"),
    ];

    private static readonly string[] Nulls =
        ["NULL", "null", "Null", "\\N", "N/A", "n/a", "NA", "#N/A", "NaN", "nan", "NaT", "None", "none", "-", "--", "(null)", "nil"];

    /// <summary>The hint for a column of the type boolean.</summary>
    public static Hint? OfBooleans(ColumnEvidence column)
    {
        var fitting = Pairs.Where(pair => column.Fits(value => Is(value, pair.True) || Is(value, pair.False))).ToList();
        var known = column.Format.Booleans ?? [];
        // By its word for false alone a pair is not known from the others.
        var told = fitting.Count == 1 ? fitting : fitting.Where(pair => column.Samples.Any(value => Is(value, pair.True))).Take(1).ToList();
        return told is [var (yes, no)] && !known.Contains($"{yes}/{no}")
            ? new Hint(
                $"be {yes} and {no}", $"\"booleans\": [{string.Join(", ", known.Append($"{yes}/{no}").Select(pair => $"\"{pair}\""))}]")
            : null;
    }

    /// <summary>The hint for a column in which a word stands where a value is missing.</summary>
    public static Hint? OfNulls(ColumnEvidence column)
    {
        if (!column.Fits(value => Nulls.Contains(value)))
        {
            return null;
        }

        var words = (column.Format.Nulls ?? [""]).Concat(Nulls.Where(column.Samples.Contains)).Distinct().ToList();
        return new Hint(
            "be words for a missing value",
            $"\"nulls\": [{string.Join(", ", words.Select(Quoted))}]");
    }

    private static string Quoted(string word) => $"\"{Escaped.Line(word).Replace("\\N", "\\\\N", StringComparison.Ordinal)}\"";

    private static bool Is(string value, string word) => value.Trim().Equals(word, StringComparison.OrdinalIgnoreCase);
}
