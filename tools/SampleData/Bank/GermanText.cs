using System.Globalization;

namespace EtlWorker.SampleData.Bank;

/// <summary>Values as a German program writes them.</summary>
internal static class GermanText
{
    private static readonly NumberFormatInfo Numbers = new()
    {
        NumberDecimalSeparator = ",",
        NumberGroupSeparator = ".",
        NumberGroupSizes = [3],
        NumberDecimalDigits = 2,
        NumberNegativePattern = 1,
    };

    /// <summary>1.234,56.</summary>
    public static string Amount(decimal cents) => (cents / 100).ToString("N", Numbers);

    /// <summary>1234,56: what the worker exports.</summary>
    public static string Exported(decimal cents) =>
        (cents / 100).ToString("0.00", CultureInfo.InvariantCulture).Replace('.', ',');

    public static string Date(DateOnly date) => date.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);

    /// <summary>In quotes where it must be.</summary>
    public static string Field(string text) => text.AsSpan().IndexOfAny(";\"") < 0
        ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
