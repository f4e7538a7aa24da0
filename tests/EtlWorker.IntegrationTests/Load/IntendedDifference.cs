using System.Text.RegularExpressions;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Where we and PostgreSQL do not agree about a row that stands alone in a file.</summary>
/// <param name="WeTook">Whether it was we who took it.</param>
/// <param name="Type">Of the field that we refused; null where it is about the row as a whole.</param>
/// <param name="Text">That field, or the row as it stands in the file.</param>
/// <param name="Kind">What is odd about the row.</param>
internal sealed record Disagreement(bool WeTook, SqlType? Type, string Text, SampleRowKind Kind);

/// <summary>A kind of difference that is meant; docs/contracts.md, "Stricter than PostgreSQL", reports each by its name.</summary>
/// <param name="Name">As the documentation calls it.</param>
/// <param name="Explains">Whether it is the reason of a disagreement; the first that is, counts.</param>
internal sealed partial record IntendedDifference(string Name, Func<Disagreement, bool> Explains)
{
    /// <summary>Of documents, not of rows: one in which each row agrees and the document does not.</summary>
    public const string MixedEnds = "mixed line ends";

    /// <summary>The major version of PostgreSQL from which it occurs, and the one from which it no longer does.</summary>
    public (int From, int Until) Versions { get; init; } = (0, int.MaxValue);

    public static IReadOnlyList<IntendedDifference> All { get; } =
    [
        // Rows as a whole.
        new("quotes out of place", row => !row.WeTook && row.Kind == SampleRowKind.Misquoted && row.Type is null),
        new("blank lines", row => row.WeTook && row.Kind == SampleRowKind.Blank),
        new("rows of nothing but delimiters", row => !row.WeTook && row.Kind == SampleRowKind.Blank),
        new("bare carriage returns", row => row.WeTook && row.Kind == SampleRowKind.BareReturn),
        new("quoted empty fields", row => row.WeTook && QuotedEmpty().IsMatch(row.Text)),
        new("a line of \\.", row => row.Text == "\\.") { Versions = (0, 18) },

        // Fields that PostgreSQL takes.
        Refused(
            "spaces around", text => text.Trim(Spaces) != text, SqlKind.Integer, SqlKind.Numeric, SqlKind.Float, SqlKind.Boolean,
            SqlKind.Date, SqlKind.Timestamp, SqlKind.TimestampTz, SqlKind.Time),
        Refused("a plus", text => text.StartsWith('+'), SqlKind.Integer, SqlKind.Numeric, SqlKind.Float),
        Refused("NaN and infinity", text => NotFinite().IsMatch(text), SqlKind.Numeric, SqlKind.Float),
        Refused("other literals of numbers", text => OtherLiteral().IsMatch(text), SqlKind.Integer, SqlKind.Numeric, SqlKind.Json) with
        {
            Versions = (16, int.MaxValue),
        },
        Refused("hexadecimal floats", text => text.Contains('x', StringComparison.OrdinalIgnoreCase), SqlKind.Float),
        Refused("exponents", text => text.Contains('e', StringComparison.OrdinalIgnoreCase), SqlKind.Numeric),
        new(
            "rounded numbers",
            row => row is { WeTook: false, Type: { Kind: SqlKind.Numeric, Limit: { } scale } }
                && Decimal().Match(row.Text) is { Success: true } number && number.Groups[1].Value.TrimEnd('0').Length > scale),
        Refused("other words for true and false", text => OtherWord().IsMatch(text), SqlKind.Boolean),
        Refused(
            "words for dates and times", text => TimeWord().IsMatch(text), SqlKind.Date, SqlKind.Timestamp, SqlKind.TimestampTz,
            SqlKind.Time),
        new(
            "rounded times",
            row => row is { WeTook: false, Type.Limit: { } digits, Type.Kind: SqlKind.Timestamp or SqlKind.TimestampTz or SqlKind.Time }
                && Fraction().Match(row.Text) is { Success: true } fraction
                && (fraction.Length > 10 || fraction.Value[1..].TrimEnd('0').Length > digits)),
        Refused("a time for a date", text => text.Length > 10 && StrictTimestamp().IsMatch(text), SqlKind.Date),
        Refused("a date for a time", text => StrictTimestamp().IsMatch(text), SqlKind.Time),
        Refused(
            "an offset that is dropped", text => StrictTimestampTz().IsMatch(text) || (StrictTimestampTz().IsMatch($"2020-01-01 {text}")),
            SqlKind.Date, SqlKind.Timestamp, SqlKind.Time),
        Refused("no offset", text => StrictTimestamp().IsMatch(text), SqlKind.TimestampTz),
        Refused("other forms of dates and times", text => !StrictDate().IsMatch(text), SqlKind.Date),
        Refused("other forms of dates and times", text => !StrictTimestamp().IsMatch(text), SqlKind.Timestamp),
        Refused("other forms of dates and times", text => !StrictTimestampTz().IsMatch(text), SqlKind.TimestampTz),
        Refused("other forms of dates and times", text => !StrictTime().IsMatch(text), SqlKind.Time),
        Refused("other forms of UUIDs", text => !StrictUuid().IsMatch(text), SqlKind.Uuid),
        Refused("other forms of bytea", text => !StrictBytea().IsMatch(text), SqlKind.Bytea),
        Refused("deep JSON", text => Depth(text) > 1000, SqlKind.Json),
        new(
            "blanks cut off",
            row => row is { WeTook: false, Type: { Kind: SqlKind.Text, Limit: { } most } } && row.Text.EndsWith(' ')
                && row.Text.TrimEnd(' ').EnumerateRunes().Count() <= most),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(known => known.Name).Append(MixedEnds).Distinct()];

    private static readonly char[] Spaces = [' ', '\t', '\n', '\r', '\v', '\f'];

    public bool OccursIn(int version) => version >= Versions.From && version < Versions.Until;

    private static IntendedDifference Refused(string name, Func<string, bool> explains, params SqlKind[] kinds) =>
        new(name, row => !row.WeTook && row.Type is { } type && kinds.Contains(type.Kind) && explains(row.Text));

    private static int Depth(string json) => json.Count(character => character is '[' or '{');

    [GeneratedRegex(@"(?<=^|[,;|\t])(""""|'')(?=\z|[,;|\t])")]
    private static partial Regex QuotedEmpty();

    [GeneratedRegex(@"^[-+]?(nan|inf|infinity)\z", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex NotFinite();

    // The last one is within jsonb.
    [GeneratedRegex(@"^-?(0[xob][0-9a-f_]+|[0-9_.e]*[0-9]_[0-9_.e]*)\z|[0-9]e[+-]?1073741823(?![0-9])", RegexOptions.IgnoreCase)]
    private static partial Regex OtherLiteral();

    [GeneratedRegex(@"^-?[0-9]*\.([0-9]*)\z")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^(tr|tru|fa|fal|fals|y|ye|yes|n|no|on|of|off)\z", RegexOptions.IgnoreCase)]
    private static partial Regex OtherWord();

    [GeneratedRegex("today|now|tomorrow|yesterday|epoch|infinity|allballs", RegexOptions.IgnoreCase)]
    private static partial Regex TimeWord();

    [GeneratedRegex(@"\.[0-9]+")]
    private static partial Regex Fraction();

    [GeneratedRegex($@"^{DateForm}\z")]
    private static partial Regex StrictDate();

    [GeneratedRegex($@"^{TimeForm}\z")]
    private static partial Regex StrictTime();

    [GeneratedRegex($@"^{DateForm}([ T]{TimeForm})?\z")]
    private static partial Regex StrictTimestamp();

    [GeneratedRegex($@"^{DateForm}[ T]{TimeForm} ?(Z|[-+](0[0-9]|1[0-5])(:?[0-5][0-9])?)\z")]
    private static partial Regex StrictTimestampTz();

    [GeneratedRegex(@"^([0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\z", RegexOptions.IgnoreCase)]
    private static partial Regex StrictUuid();

    [GeneratedRegex(@"^\\x([0-9a-fA-F]{2})*\z")]
    private static partial Regex StrictBytea();

    private const string DateForm = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    private const string TimeForm = @"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?";
}
