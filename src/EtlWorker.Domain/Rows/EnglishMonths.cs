using System.Globalization;

namespace EtlWorker.Domain.Rows;

/// <summary>The months where a definition names none.</summary>
internal static class EnglishMonths
{
    public static IReadOnlyList<string> Names { get; } = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12];

    public static IReadOnlyList<string> Abbreviations { get; } = CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames[..12];
}
