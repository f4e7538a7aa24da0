using System.Globalization;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Load.Hints;

/// <summary>Recognises forms of dates, timestamps and times of day.</summary>
internal static class DateHints
{
    private const string Iso = "yyyy-MM-dd";

    /// <summary>Each with the form that reads the same text with day and month the other way round.</summary>
    private static readonly (string Form, string? Other)[] Dates =
    [
        // With points the day stands first.
        ("dd.MM.yyyy", null), ("d.M.yyyy", null),
        ("dd/MM/yyyy", "MM/dd/yyyy"), ("MM/dd/yyyy", "dd/MM/yyyy"), ("d/M/yyyy", "M/d/yyyy"), ("M/d/yyyy", "d/M/yyyy"),
        ("dd-MM-yyyy", "MM-dd-yyyy"), ("MM-dd-yyyy", "dd-MM-yyyy"), ("yyyy/MM/dd", null), ("yyyy.MM.dd", null), ("yyyyMMdd", null),
        ("dd MMM yyyy", null), ("d MMM yyyy", null), ("dd-MMM-yyyy", null), ("MMM d, yyyy", null),
        ("dd.MM.yy", null), ("dd/MM/yy", "MM/dd/yy"), ("MM/dd/yy", "dd/MM/yy"),
    ];

    private static readonly string[] Times = ["HH:mm:ss", "HH:mm", "H:mm:ss", "H:mm", "h:mm:ss tt", "h:mm tt"];

    /// <summary>The hint for a column of the type date.</summary>
    /// <param name="column">What was refused.</param>
    /// <param name="isMixed">Whether other rows of the file have dates as PostgreSQL writes them.</param>
    public static Hint? OfDates(ColumnEvidence column, bool isMixed) =>
        Find(column, Dates) is var (form, other)
            ? HintOf("dates", column.Format.Dates, form, other, Iso, isMixed)
            : null;

    /// <summary>The hint for a column of a type with date and time.</summary>
    public static Hint? OfTimestamps(ColumnEvidence column, bool isMixed)
    {
        if (column.Format.Timestamps is null && OfZone(column) is { } zone)
        {
            return zone;
        }

        if (OfFractions(column) is { } fractions)
        {
            return fractions;
        }

        var forms =
            from date in Dates.Prepend((Form: Iso, Other: null))
            from time in Times.Select(time => $" {time}").Concat(Times.Select(time => $"'T'{time}")).Append("")
            select (date.Form + time, date.Other is null ? null : date.Other + time);
        return Find(column, forms) is var (form, other)
            ? HintOf("timestamps", column.Format.Timestamps, form, other, "yyyy-MM-dd HH:mm:ss", isMixed)
            : null;
    }

    /// <summary>The hint for a column of the type time.</summary>
    public static Hint? OfTimes(ColumnEvidence column, bool isMixed) => OfFractions(column)
        ?? (Find(column, Times.Select(time => (time, (string?)null))) is var (form, _)
            ? HintOf("times", column.Format.Times, form, null, "HH:mm:ss", isMixed)
            : null);

    private static Hint? OfFractions(ColumnEvidence column) =>
        column.Format.Fractions != Fractions.Truncate && column.Fits(value => WithoutFraction(value) is { } less && column.Takes(less))
            ? new Hint("have more digits after the second than the column keeps", "\"fractions\": \"truncate\"")
            : null;

    private static Hint? OfZone(ColumnEvidence column) =>
        column.Format.TimeZone is null && column.Column.Type.Contains("with time zone", StringComparison.Ordinal)
        && column.Fits(value => column.Takes(value + "Z") || (value.Length == Iso.Length && column.Takes(value + " 00:00:00Z")))
            ? new Hint("have no offset", "\"timeZone\" with the sender's zone, such as \"Europe/Berlin\",")
            : null;

    private static string? WithoutFraction(string value)
    {
        var point = value.LastIndexOf('.');
        var end = point + 1;
        while (end < value.Length && char.IsAsciiDigit(value[end]))
        {
            end++;
        }

        return point > 0 && end > point + 1 ? value[..point] + value[end..] : null;
    }

    private static (string Form, string? Other)? Find(ColumnEvidence column, IEnumerable<(string Form, string? Other)> forms)
    {
        foreach (var (form, other) in forms)
        {
            if (column.Fits(value => Reads(value, form)))
            {
                return (form, other is not null && column.Fits(value => Reads(value, other)) ? other : null);
            }
        }

        return null;
    }

    private static bool Reads(string value, string form) =>
        DateTime.TryParseExact(value.Trim(), form, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static Hint? HintOf(
        string option, IReadOnlyList<string>? forms, string form, string? other, string own, bool isMixed)
    {
        var known = forms ?? (isMixed ? [own] : []);
        if (known.Contains(form))
        {
            return null;
        }

        var hasShortYear = form.Replace("yyyy", "", StringComparison.Ordinal).Contains("yy", StringComparison.Ordinal);
        var pivot = hasShortYear ? " with \"pivotYear\"" : "";
        return other is null
            ? new Hint($"have the form {Plain(form)}", $"{Option(form)}{pivot}")
            : new Hint(
                $"have the form {Plain(form)} or {Plain(other)}, and none that was looked at decides which",
                $"{Option(form)} or {Option(other)}{pivot}");

        string Plain(string text) => text.Replace("'T'", "T", StringComparison.Ordinal);
        string Option(string added) => $"\"{option}\": [{string.Join(", ", known.Append(added).Select(one => $"\"{one}\""))}]";
    }
}
