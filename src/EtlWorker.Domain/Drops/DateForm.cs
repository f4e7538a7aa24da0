using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EtlWorker.Domain.Drops;

/// <summary>
/// How a key writes a date, in the letters of .NET and always as long: <c>yyyy</c> or <c>yy</c> (of this century), <c>MM</c> and
/// <c>dd</c>, once each in any order, with signs between them.
/// </summary>
public sealed class DateForm
{
    /// <summary>As <c>{date}</c> alone means it.</summary>
    public static readonly DateForm Iso = new("yyyy-MM-dd");

    private const int Century = 2000;
    private static readonly string[] Runs = ["yyyy", "yy", "MM", "dd"];

    // To .NET a slash alone is whatever the culture has.
    private readonly string _dotNet;

    private DateForm(string text) => (Text, _dotNet) = (text, text.Replace("/", "'/'", StringComparison.Ordinal));

    public string Text { get; }

    /// <summary>Characters of a date.</summary>
    public int Length => Text.Length;

    /// <summary>Whether a year has its last two digits alone.</summary>
    public bool HasShortYear => !Text.Contains("yyyy", StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out DateForm? form)
    {
        form = FaultOf(text) is null ? new DateForm(text) : null;
        return form is not null;
    }

    /// <returns>What keeps a text from being the form of a date in a key, for a person; null where it is one.</returns>
    public static string? FaultOf(string text)
    {
        var runs = RunsOf(text);
        var other = text.FirstOrDefault(letter => (char.IsLetter(letter) && letter is not ('y' or 'M' or 'd')) || !IsSign(letter));
        return runs switch
        {
            _ when other != default => $"'{other}' cannot stand in a date; write yyyy or yy, MM and dd, with - . _ / or a space between",
            _ when runs.Find(run => run is "M" or "d" or "y") is { } one =>
                $"{one} has a variable length; write {(one == "y" ? "yyyy or yy" : one + one)}",
            _ when runs.Find(run => !Runs.Contains(run)) is { } name => $"{name} is no number of fixed length; write yyyy or yy, MM and dd",
            _ when Lacking(runs) is { } part => $"a {part.Name} is needed ({part.Letters})",
            _ when runs.Count > 3 => "year, month and day stand in it once each",
            _ => null,
        };
    }

    /// <summary>A date as it writes it.</summary>
    public string Write(DateOnly date) => date.ToString(_dotNet, CultureInfo.InvariantCulture);

    /// <summary>Whether a text is a day of the calendar in this form.</summary>
    /// <param name="text">As long as the form.</param>
    /// <param name="date">The day.</param>
    public bool TryRead(ReadOnlySpan<char> text, out DateOnly date)
    {
        var (year, month, day) = (HasShortYear ? Century / 100 : 0, 0, 0);
        date = default;
        for (var at = 0; at < text.Length; at++)
        {
            if (PartAt(at) is not { } part)
            {
                if (text[at] != Text[at])
                {
                    return false;
                }

                continue;
            }

            if (!char.IsAsciiDigit(text[at]))
            {
                return false;
            }

            var digit = text[at] - '0';
            (year, month, day) = part.Letter switch
            {
                'y' => ((year * 10) + digit, month, day),
                'M' => (year, (month * 10) + digit, day),
                _ => (year, month, (day * 10) + digit),
            };
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateOnly(year, month, day);
        return true;
    }

    /// <returns>Of which part the character there is a digit; null where it is a sign between parts.</returns>
    internal DatePart? PartAt(int at) => Text[at] is 'y' or 'M' or 'd' ? new DatePart(Text[at], Text.LastIndexOf(Text[at]) - at) : null;

    private static (string Name, string Letters)? Lacking(List<string> runs) =>
        !runs.Exists(run => run[0] == 'd') ? ("day", "dd")
        : !runs.Exists(run => run[0] == 'M') ? ("month", "MM")
        : !runs.Exists(run => run[0] == 'y') ? ("year", "yyyy or yy")
        : null;

    private static bool IsSign(char letter) => letter is 'y' or 'M' or 'd' or ' ' or '-' or '.' or '_' or '/';

    /// <summary>The same letters beside each other.</summary>
    private static List<string> RunsOf(string text)
    {
        var runs = new List<string>();
        for (var at = 0; at < text.Length; at += text[at] is 'y' or 'M' or 'd' ? runs[^1].Length : 1)
        {
            if (text[at] is 'y' or 'M' or 'd')
            {
                var rest = text.AsSpan(at);
                runs.Add(new string(text[at], rest.IndexOfAnyExcept(text[at]) is var length and > 0 ? length : rest.Length));
            }
        }

        return runs;
    }
}
