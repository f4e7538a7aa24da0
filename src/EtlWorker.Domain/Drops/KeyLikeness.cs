using System.Net;

namespace EtlWorker.Domain.Drops;

/// <summary>Whether a key that a pattern does not take was probably meant for it, and in what it differs.</summary>
public static class KeyLikeness
{
    private static readonly (string Name, Func<string, string> Fold)[] Folds =
    [
        ("percent-encoding", WebUtility.UrlDecode),
        ("Unicode normal form", Decomposition.Of),
        ("letter case", text => text.ToLowerInvariant()),
        ("spaces at an end", text => string.Join('/', text.Split('/').Select(part => part.Trim()))),
        ("slashes", text => string.Join('/', text.Split('/', StringSplitOptions.RemoveEmptyEntries))),
    ];

    /// <returns>What the key differs in, for a person; null where it differs in more than spelling, or is taken.</returns>
    public static string? Difference(string pattern, string key)
    {
        if (Takes(pattern, key) || !Takes(Folded(pattern, Folds), Folded(key, Folds)))
        {
            return null;
        }

        var needed = Folds.Where(fold =>
        {
            var others = Folds.Where(other => other.Name != fold.Name).ToArray();
            return !Takes(Folded(pattern, others), Folded(key, others));
        }).Select(fold => fold.Name).ToList();
        return needed.Count == 0 ? "spelling" : string.Join(" and ", needed);
    }

    private static bool Takes(string pattern, string key) => new ObjectPattern(pattern).Matches(key, out _);

    private static string Folded(string text, IEnumerable<(string Name, Func<string, string> Fold)> folds) =>
        folds.Aggregate(text, (folded, fold) => fold.Fold(folded));
}
