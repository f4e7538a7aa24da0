using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtlWorker.Domain.Drops;

/// <summary>
/// An object key, or a pattern of keys: <c>*</c> stands for anything but <c>/</c>, <c>{date}</c> for yyyy-MM-dd.
/// </summary>
public sealed class ObjectPattern
{
    private const string Star = "*";
    private const string Date = "{date}";
    private readonly Regex _regex;

    public ObjectPattern(string pattern)
    {
        Text = pattern;
        var regex = new StringBuilder(@"\A");
        foreach (var part in Regex.Split(pattern, @"(\*|\{date\})"))
        {
            regex.Append(part switch
            {
                Star => "[^/]*",
                Date => "(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})",
                _ => Regex.Escape(part),
            });
        }

        // Not $, which also matches before a final line feed.
        _regex = new Regex(regex.Append(@"\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    public string Text { get; }

    /// <summary>Everything before the first wildcard: what a listing may ask for.</summary>
    public string Prefix => Text[..Math.Min(IndexOrEnd(Star), IndexOrEnd(Date))];

    /// <summary>Whether it stands for one key alone.</summary>
    public bool IsExact => Prefix.Length == Text.Length;

    /// <summary>Whether the key is one of these, and the date that it names, if the pattern has one.</summary>
    public bool Matches(string key, out DateOnly? date)
    {
        date = null;
        var match = _regex.Match(key);
        if (!match.Success)
        {
            return false;
        }

        if (!match.Groups["date"].Success)
        {
            return true;
        }

        var isDate = DateOnly.TryParseExact(
            match.Groups["date"].ValueSpan, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var named);
        date = isDate ? named : null;
        return isDate;
    }

    private int IndexOrEnd(string wildcard)
    {
        var index = Text.IndexOf(wildcard, StringComparison.Ordinal);
        return index < 0 ? Text.Length : index;
    }
}
