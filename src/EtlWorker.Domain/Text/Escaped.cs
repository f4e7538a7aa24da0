using System.Globalization;

namespace EtlWorker.Domain.Text;

/// <summary>
/// Text that came from elsewhere (keys, messages of servers) as it may stand in a line for a person: what would end the line, move the
/// cursor or turn the direction of writing is written out. A key with a line feed must not write a line of its own.
/// </summary>
public static class Escaped
{
    /// <summary>On one line.</summary>
    public static string Line(string text) => text.Any(IsHidden) ? string.Concat(text.Select(Visible)) : text;

    /// <summary>On the lines that it has.</summary>
    public static string Lines(string text) =>
        text.Any(IsHidden) ? string.Join(Environment.NewLine, text.Split(["\r\n", "\n"], StringSplitOptions.None).Select(Line)) : text;

    private static string Visible(char character) => character switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ when IsHidden(character) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
        _ => character.ToString(),
    };

    /// <summary>Controls (C0, DEL, C1), line and paragraph separators, and marks that turn or isolate the direction.</summary>
    private static bool IsHidden(char character) =>
        char.IsControl(character)
        || character is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F'
            or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
