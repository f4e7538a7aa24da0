using System.Text.RegularExpressions;

namespace EtlWorker.Domain.Drops;

/// <summary>One way in which two spellings of a key may differ, as what takes the difference away.</summary>
/// <param name="Name">The difference, for a person.</param>
/// <param name="OfKey">Takes it away from a key.</param>
internal sealed partial record KeyFold(string Name, Func<string, string> OfKey)
{
    /// <summary>Stands for a placeholder meanwhile. Of private use: no fold changes it.</summary>
    private const char InPlace = '\uE000';

    /// <summary>Whether the forms of dates are the difference.</summary>
    public bool IsOfDates { get; init; }

    /// <summary>Takes it away from a pattern. Of its placeholders only the form of the date is changed, where that is meant.</summary>
    public string OfPattern(string pattern)
    {
        var words = new Queue<string>(DatePlaceholder().Matches(pattern).Select(match => match.Value));
        var folded = OfKey(DatePlaceholder().Replace(pattern, InPlace.ToString()));
        return InPlaceOfWords().Replace(
            folded, own => !words.TryDequeue(out var word) ? own.Value : IsOfDates ? ObjectPattern.DateWord : word);
    }

    [GeneratedRegex(@"\{date(:[^{}]*)?\}")]
    private static partial Regex DatePlaceholder();

    [GeneratedRegex(@"\uE000")]
    private static partial Regex InPlaceOfWords();
}
