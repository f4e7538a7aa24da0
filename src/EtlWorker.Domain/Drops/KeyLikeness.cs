using System.Net;
using System.Text.RegularExpressions;

namespace EtlWorker.Domain.Drops;

/// <summary>Whether a key that a pattern does not take was probably meant for it, and in what it differs.</summary>
public static partial class KeyLikeness
{
    private static readonly KeyFold[] Folds =
    [
        new("percent-encoding", WebUtility.UrlDecode),
        new("Unicode normal form", Decomposition.Of),
        new("letter case", text => text.ToLowerInvariant()),
        new("spaces at an end", text => string.Join('/', text.Split('/').Select(part => part.Trim()))),
        new("slashes", text => string.Join('/', text.Split('/', StringSplitOptions.RemoveEmptyEntries))),
    ];

    /// <returns>What the key differs in, for a person; null where it differs in more than spelling, or is taken.</returns>
    public static string? Difference(string pattern, string key)
    {
        if (Takes(pattern, key)
            || FoldsOf(new ObjectPattern(pattern)).FirstOrDefault(folds => IsAlike(pattern, key, folds)) is not { } folds)
        {
            return null;
        }

        var needed = folds.Select(fold => fold.Name)
            .Where(name => !IsAlike(pattern, key, folds.Where(other => other.Name != name))).ToList();
        return needed.Count == 0 ? "spelling" : string.Join(" and ", needed);
    }

    /// <summary>The date only of a pattern that asks for one: any other number in a key is the sender's own.</summary>
    private static IEnumerable<KeyFold[]> FoldsOf(ObjectPattern pattern)
    {
        yield return Folds;
        if (pattern.NamesDate)
        {
            var forms = pattern.DateForms.Select(form => form.Text).Distinct();
            var dates = pattern.DateForms.Any(form => form.HasShortYear) ? ShortDateLike() : DateLike();
            yield return
            [
                .. Folds,
                new($"its date (a day of the calendar as {string.Join(" or ", forms)})", key => dates.Replace(key, "2000-01-01"))
                {
                    IsOfDates = true,
                },
            ];
        }
    }

    /// <summary>A year of four digits with a month and a day, in either order, with or without signs between them and zeros.</summary>
    [GeneratedRegex(
        @"(?<!\d)(\d{4}([-_./ ]?)\d{1,2}\2\d{1,2}|\d{1,2}([-_./ ]?)\d{1,2}\3\d{4})(?!\d)", RegexOptions.None, 1_000)]
    private static partial Regex DateLike();

    /// <summary>The same, or a year of two digits.</summary>
    [GeneratedRegex(
        @"(?<!\d)(\d{4}([-_./ ]?)\d{1,2}\2\d{1,2}|\d{1,2}([-_./ ]?)\d{1,2}\3\d{4}|\d{2}([-_./ ]?)\d{2}\4\d{2})(?!\d)",
        RegexOptions.None, 1_000)]
    private static partial Regex ShortDateLike();

    private static bool Takes(string pattern, string key) => new ObjectPattern(pattern).Matches(key, out _);

    private static bool IsAlike(string pattern, string key, IEnumerable<KeyFold> folds) => Takes(
        folds.Aggregate(pattern, (folded, fold) => fold.OfPattern(folded)), folds.Aggregate(key, (folded, fold) => fold.OfKey(folded)));
}
