using System.Globalization;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Names lines of a feed's files for a person.</summary>
/// <param name="files">The files of the feed, in the order of their index.</param>
internal sealed class Places(IReadOnlyList<string> files)
{
    /// <summary><c>line 17</c>, or <c>line 17 of a.csv</c> where the feed has several files.</summary>
    public string Of(Place place) => files.Count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"line {place.Line}")
        : string.Create(CultureInfo.InvariantCulture, $"line {place.Line} of {files[place.File]}");

    /// <summary><c>line 17 (`x`)</c>.</summary>
    public string Of(Example example) => $"{Of(example.Place)} ({Code(example.Value)})";

    public string Of(IEnumerable<Example> examples) => string.Join(", ", examples.Select(Of));

    /// <summary>A value as Markdown shows it as it is.</summary>
    public static string Code(string value)
    {
        var shown = Escaped.Line(value);
        var fence = shown.Contains('`', StringComparison.Ordinal) ? "``" : "`";
        return fence.Length == 1 ? $"`{shown}`" : $"`` {shown} ``";
    }
}
