using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with the list of a pipeline's migrations, the files apart.</summary>
internal static class MigrationFaults
{
    /// <summary>The JSON path of the list.</summary>
    public const string List = "$.migrations";

    /// <summary>The JSON path of a migration.</summary>
    public static string PathOf(int index) => JsonPath.Of(List, index);

    public static IEnumerable<DefinitionFault> In(PipelineDefinition pipeline)
    {
        var others = pipeline.Checks.Select(check => check.Sql).Concat(pipeline.Analyses.Select(analysis => analysis.Sql)).ToHashSet();
        foreach (var (index, file) in pipeline.Migrations.Index())
        {
            if (PathFault(file) is { } fault)
            {
                yield return new(PathOf(index), $"migration '{file}' {fault}");
            }
            else if (others.Contains(file))
            {
                yield return new(PathOf(index), $"migration '{file}' is the SQL of a check or an analysis as well: use two files");
            }
        }
    }

    /// <returns>What keeps a path from being one of a file below the definition's folder, spelled in one way; or null.</returns>
    public static string? PathFault(string path) => path switch
    {
        _ when path.Any(char.IsControl) || path.Contains('\\') => "holds a backslash or a control character: write it with /",
        _ when Path.IsPathRooted(path) => "is no relative path: name a file below the definition's folder",
        _ when path.Split('/').Any(part => part is "" or "." or "..") =>
            "is no plain path below the definition's folder: leave out . and .., and write / once",
        _ => null,
    };
}
