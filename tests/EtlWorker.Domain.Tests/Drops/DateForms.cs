using CsCheck;

namespace EtlWorker.Domain.Tests.Drops;

/// <summary>Forms of dates in keys: every order, with and without signs.</summary>
internal static class DateForms
{
    private static readonly string[] Signs = ["", "-", ".", "_", "/", " "];

    private static readonly string[][] Orders =
    [
        ["y", "MM", "dd"], ["y", "dd", "MM"], ["MM", "dd", "y"], ["MM", "y", "dd"], ["dd", "MM", "y"], ["dd", "y", "MM"],
    ];

    public static Gen<string> Any { get; } = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Bool).Select((order, sign, isShort) =>
        string.Join(Signs[sign], Orders[order]).Replace("y", isShort ? "yy" : "yyyy", StringComparison.Ordinal));

    /// <summary>Every day of some years, leap years and common ones, of which the digits may be days and months as well.</summary>
    public static IEnumerable<DateOnly> Days { get; } =
    [
        .. new[] { 101, 112, 404, 1010, 1101, 1102, 1112, 1201, 1212, 2000, 2001, 2004, 2010, 2011, 2012, 2020, 3112, 3101 }
            .SelectMany(year => Enumerable.Range(0, 365).Select(day => new DateOnly(year, 1, 1).AddDays(day))),
    ];

    /// <returns>The day, by the digits of each letter; null where there is no such day.</returns>
    public static DateOnly? Slowly(string form, string key)
    {
        var year = Number('y') + (form.Contains("yyyy", StringComparison.Ordinal) ? 0 : 2000);
        var (month, day) = (Number('M'), Number('d'));
        return year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day)
            : null;

        int Number(char letter) => int.Parse(
            string.Concat(form.Zip(key).Where(pair => pair.First == letter).Select(pair => pair.Second)),
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
