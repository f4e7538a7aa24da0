using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with the form in which an analysis' rows are to be written.</summary>
internal static class ExportFaults
{
    /// <summary>PostgreSQL quotes by it, whatever the delimiter is.</summary>
    private const char Quote = '"';

    /// <param name="analysis">The analysis.</param>
    /// <param name="path">Its JSON path.</param>
    public static IEnumerable<DefinitionFault> In(AnalysisDefinition analysis, string path) =>
        from numbered in analysis.Export.Index()
        from fault in In(numbered.Item)
        select new DefinitionFault(
            $"{JsonPath.Of($"{path}.export", numbered.Index)}.{fault.Property}",
            $"analysis {analysis.Name}: export '{numbered.Item.Key}': {fault.Message}");

    private static IEnumerable<(string Property, string Message)> In(ExportDefinition export)
    {
        if (export.Delimiter is '\0' or '\r' or '\n' or Quote || !char.IsAscii(export.Delimiter))
        {
            yield return ("delimiter",
                "delimiter must be one ASCII character, and no quote, line end or NUL; use \",\", \";\", \"|\" or \"\\t\"");
        }

        if (export.Decimal is not ('.' or ','))
        {
            yield return ("decimal", "decimal must be \".\" or \",\"");
        }
        else if (export.Decimal == export.Delimiter)
        {
            yield return ("delimiter", $"delimiter and decimal are both \"{export.Decimal}\"; {(export.Decimal == ','
                ? "with \"decimal\": \",\" use \"delimiter\": \";\""
                : "use another delimiter, or \"decimal\": \",\"")}");
        }

        if (export is { Bom: true, Encoding.IsUnicode: false })
        {
            yield return ("bom",
                $"{export.Encoding.Title} has no byte order mark; leave bom out, or use the encoding utf-8 or utf-16");
        }
    }
}
