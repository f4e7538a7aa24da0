using System.Globalization;
using System.Text.Json.Nodes;

namespace EtlWorker.Benchmarks.Runs;

/// <summary>The pipeline that the repository ships, on a date of the files' own.</summary>
internal sealed class RetailPipeline
{
    /// <summary>How far back a worker lists files when it starts. What is older it learns of by messages alone.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromMinutes(1);

    private readonly string _directory;

    private RetailPipeline(string directory, JsonObject definition)
    {
        _directory = directory;
        Checks = [.. definition["checks"]!.AsArray().Select(check => Sql((string)check!["sql"]!))];
        Analyses =
        [
            .. definition["analyses"]!.AsArray().Select(analysis => ((string)analysis!["table"]!, Sql((string)analysis["sql"]!))),
        ];
    }

    public string Definition => Path.Combine(_directory, "pipeline.json");

    /// <summary>The SQL of its checks, the run's date filled in.</summary>
    public IReadOnlyList<string> Checks { get; }

    /// <summary>Each table and the SQL that fills it.</summary>
    public IReadOnlyList<(string Table, string Sql)> Analyses { get; }

    public static RetailPipeline CopyTo(string work, string root)
    {
        var (source, directory) = (Path.Combine(root, "pipelines", "retail"), Path.Combine(work, "retail-pipeline"));
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(directory, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var path = Path.Combine(directory, "pipeline.json");
        var definition = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        definition["asOf"] = Day;
        definition["trigger"]!["lookback"] = Lookback.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
        File.WriteAllText(path, definition.ToJsonString());
        return new RetailPipeline(directory, definition);
    }

    public static string Day => RetailFiles.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string Sql(string file) =>
        File.ReadAllText(Path.Combine(_directory, file)).Replace("@as_of", $"date '{Day}'", StringComparison.Ordinal);
}
