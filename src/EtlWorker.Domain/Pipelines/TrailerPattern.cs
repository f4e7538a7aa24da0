using System.Globalization;
using System.Text.RegularExpressions;

namespace EtlWorker.Domain.Pipelines;

/// <summary>
/// The form of a line at the end of a file that says how many rows it has: <c>T;{rows}</c>. A <c>*</c> stands for anything within one
/// field.
/// </summary>
public sealed class TrailerPattern
{
    public const string RowsWord = "{rows}";
    private const char Star = '*';

    /// <summary>Lines come from whoever may upload: none of them may be slow.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    private readonly Regex _line;

    /// <param name="text">As the definition has it.</param>
    /// <param name="delimiter">What separates the fields of the file.</param>
    public TrailerPattern(string text, char delimiter)
    {
        var anything = $"[^{Regex.Escape(delimiter.ToString())}]*?";
        var parts = text.Split(RowsWord, 2).Select(part => string.Join(anything, part.Split(Star).Select(Regex.Escape)));
        _line = new Regex($"\\A{string.Join("([0-9]{1,18})", parts)}\\z", RegexOptions.CultureInvariant, MostTime);
    }

    /// <returns>What keeps a text from being such a form, or null.</returns>
    public static string? FaultOf(string text) => text.Split(RowsWord) switch
    {
        { Length: not 2 } => $"must have {RowsWord} once, where the number of rows stands",
        [[.., Star], _] or [_, [Star, ..]] => $"has * right beside {RowsWord}, so that nobody knows where the number begins or ends",
        _ => null,
    };

    /// <summary>A line of a form that says so many rows; what may be anything is empty in it.</summary>
    public static string LineOf(string text, long rows) => text.Replace(Star.ToString(), "", StringComparison.Ordinal)
        .Replace(RowsWord, rows.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>The number of rows that a line says; null where it is no such line.</summary>
    public long? RowsIn(string line)
    {
        try
        {
            return _line.Match(line.Trim(' ', '\t')) is { Success: true } match
                ? long.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
                : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
