using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with the form in which an analysis' rows are to be written.</summary>
internal static class ExportFaults
{
    /// <summary>PostgreSQL quotes by it, whatever the delimiter is.</summary>
    private const char Quote = '"';

    public static IEnumerable<string> In(AnalysisDefinition analysis) =>
        from export in analysis.Export
        from fault in In(export)
        select $"analysis {analysis.Name}: export '{export.Key}': {fault}";

    private static IEnumerable<string> In(ExportDefinition export)
    {
        if (export.Delimiter is '\0' or '\r' or '\n' or Quote || !char.IsAscii(export.Delimiter))
        {
            yield return "delimiter must be one ASCII character, and no quote, line end or NUL; use \",\", \";\", \"|\" or \"\\t\"";
        }

        if (export.Decimal is not ('.' or ','))
        {
            yield return "decimal must be \".\" or \",\"";
        }
        else if (export.Decimal == export.Delimiter)
        {
            yield return $"delimiter and decimal are both \"{export.Decimal}\"; {(export.Decimal == ','
                ? "with \"decimal\": \",\" use \"delimiter\": \";\""
                : "use another delimiter, or \"decimal\": \",\"")}";
        }

        if (export is { Bom: true, Encoding.IsUnicode: false })
        {
            yield return $"{export.Encoding.Title} has no byte order mark; leave bom out, or use the encoding utf-8 or utf-16";
        }
    }
}
