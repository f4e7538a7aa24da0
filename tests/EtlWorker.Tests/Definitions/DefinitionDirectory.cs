using System.Text.Json.Nodes;
using EtlWorker.Definitions;

namespace EtlWorker.Tests.Definitions;

/// <summary>A directory of its own with a definition and its SQL; gone when disposed.</summary>
internal sealed class DefinitionDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("etlworker-definition-");

    public string Path => PathOf("pipeline.json");

    /// <summary>The smallest definition that is valid.</summary>
    public static JsonObject Smallest() => new()
    {
        ["name"] = "small",
        ["timeZone"] = "Africa/Lagos",
        ["feeds"] = new JsonArray(Feed("orders")),
    };

    public static JsonObject Feed(string name) => new() { ["name"] = name, ["object"] = $"in/{name}.csv", ["table"] = $"staging.{name}" };

    public static JsonObject Analysis(string name) => new() { ["name"] = name, ["sql"] = $"{name}.sql", ["table"] = $"analytics.{name}" };

    public string PathOf(string file) => System.IO.Path.Combine(_directory.FullName, file);

    public DefinitionDirectory Write(string file, string text)
    {
        var path = PathOf(file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public LoadedDefinition Read(JsonNode definition) => Read(definition.ToJsonString());

    public LoadedDefinition Read(string definition)
    {
        Write("pipeline.json", definition);
        return DefinitionFile.Read(Path);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
