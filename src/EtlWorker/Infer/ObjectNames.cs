using System.Globalization;
using System.Text.RegularExpressions;

namespace EtlWorker.Infer;

/// <summary>The object keys of a feed, and its name, by the names of its files.</summary>
internal static partial class ObjectNames
{
    private const int MostLetters = 40;

    private static readonly (Func<Regex> Regex, string Form, string Word)[] Dates =
    [
        (IsoDate, "yyyy-MM-dd", "{date}"), (UnderscoredDate, "yyyy_MM_dd", "{date:yyyy_MM_dd}"),
            (CompactDate, "yyyyMMdd", "{date:yyyyMMdd}"),
    ];

    /// <summary>A name without its digits, by which files of one kind are alike.</summary>
    public static string ShapeOf(string name) => Digits().Replace(name, "0");

    /// <returns>The key, or the pattern of keys, and whether a star stands in it.</returns>
    public static (string Object, bool HasStar) Of(IReadOnlyList<string> names)
    {
        var dated = names.Select(WithDate).Distinct().ToList();
        if (dated is [var only])
        {
            return (only, false);
        }

        var prefix = dated.Aggregate((one, other) => one[..one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count()]);
        var rest = dated.Select(name => name[prefix.Length..]).ToList();
        var suffix = rest.Aggregate((one, other) =>
            one[^one.Reverse().Zip(other.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count()..]);
        // Half of a placeholder is none.
        prefix = prefix.LastIndexOf('{') > prefix.LastIndexOf('}') ? prefix[..prefix.LastIndexOf('{')] : prefix;
        suffix = suffix.IndexOf('}') is >= 0 and var end && (suffix.IndexOf('{') < 0 || suffix.IndexOf('{') > end)
            ? suffix[(end + 1)..] : suffix;
        return ($"{prefix}*{suffix}", true);
    }

    /// <summary>A name for the feed and, as one of SQL, for its table.</summary>
    public static string FeedName(string pattern)
    {
        var stem = Placeholders().Replace(pattern, "");
        stem = Extensions().Replace(stem, "");
        var name = SqlNames.Of(stem, "feed");
        return name.Length > MostLetters ? name[..MostLetters].TrimEnd('_') : name;
    }

    private static string WithDate(string name)
    {
        foreach (var (regex, form, word) in Dates)
        {
            foreach (Match match in regex().Matches(name))
            {
                if (DateOnly.TryParseExact(match.Value, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                    && date.Year is >= 1990 and <= 2100)
                {
                    return name[..match.Index] + word + name[(match.Index + match.Length)..];
                }
            }
        }

        return name;
    }

    [GeneratedRegex(@"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")]
    private static partial Regex IsoDate();

    [GeneratedRegex(@"(?<!\d)\d{4}_\d{2}_\d{2}(?!\d)")]
    private static partial Regex UnderscoredDate();

    [GeneratedRegex(@"(?<!\d)\d{8}(?!\d)")]
    private static partial Regex CompactDate();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\{[^}]*\}|\*")]
    private static partial Regex Placeholders();

    [GeneratedRegex(@"(\.[A-Za-z]{1,4}){1,2}$")]
    private static partial Regex Extensions();
}
