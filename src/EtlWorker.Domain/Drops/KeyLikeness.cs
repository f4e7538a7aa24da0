using System.Net;
using System.Text.RegularExpressions;

namespace EtlWorker.Domain.Drops;

/// <summary>Whether a key that a pattern does not take was probably meant for it, and in what it differs.</summary>
public static partial class KeyLikeness
{
    private static readonly (string Name, Func<string, string> Fold)[] Folds =
    [
        ("percent-encoding", WebUtility.UrlDecode),
        ("Unicode normal form", Decomposition.Of),
        ("letter case", text => text.ToLowerInvariant()),
        ("spaces at an end", text => string.Join('/', text.Split('/').Select(part => part.Trim()))),
        ("slashes", text => string.Join('/', text.Split('/', StringSplitOptions.RemoveEmptyEntries))),
    ];

    /// <summary>Only of a pattern that asks for a date: any other number in a key is the sender's own.</summary>
    private static readonly (string Name, Func<string, string> Fold) DateFold =
        ("its date (a day of the calendar as yyyy-MM-dd)", text => DateLike().Replace(text, "2000-01-01"));

    /// <returns>What the key differs in, for a person; null where it differs in more than spelling, or is taken.</returns>
    public static string? Difference(string pattern, string key)
    {
        var folds = pattern.Contains(ObjectPattern.DateWord, StringComparison.Ordinal) ? [.. Folds, DateFold] : Folds;
        if (Takes(pattern, key) || !Takes(Folded(pattern, folds), Folded(key, folds)))
        {
            return null;
        }

        var needed = folds.Where(fold =>
        {
            var others = folds.Where(other => other.Name != fold.Name).ToArray();
            return !Takes(Folded(pattern, others), Folded(key, others));
        }).Select(fold => fold.Name).ToList();
        return needed.Count == 0 ? "spelling" : string.Join(" and ", needed);
    }

    /// <summary>A year of four digits with a month and a day, in either order, with or without signs between them and zeros.</summary>
    [GeneratedRegex(
        @"(?<!\d)(\d{4}([-_./ ]?)\d{1,2}\2\d{1,2}|\d{1,2}([-_./ ]?)\d{1,2}\3\d{4})(?!\d)", RegexOptions.None, 1_000)]
    private static partial Regex DateLike();

    private static bool Takes(string pattern, string key) => new ObjectPattern(pattern).Matches(key, out _);

    private static string Folded(string text, IEnumerable<(string Name, Func<string, string> Fold)> folds) =>
        folds.Aggregate(text, (folded, fold) => fold.Fold(folded));
}
