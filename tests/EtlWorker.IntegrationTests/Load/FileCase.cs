using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>
/// A small file and a table as data, and what is right: the rows that are loaded and those that are refused, or a failure.
/// </summary>
/// <param name="json">
/// <c>name</c>; <c>ddl</c>, the columns of <c>public.feed</c>, or <c>tables</c>, statements; <c>setup</c>, statements before, with the
/// database as <c>{db}</c>; <c>feed</c>, options of the definition's feed; <c>key</c>; <c>file</c>, text, or <c>hex</c>; then
/// <c>rows</c>, as
/// text, an empty string for NULL, in the order of the first column, of <c>select</c>; <c>rejects</c>, line and code; or <c>fails</c>, a
/// word
/// of the failure.
/// </param>
internal sealed class FileCase(JsonObject json)
{
    public string Name => (string)json["name"]!;

    public IReadOnlyList<string> Setup => Strings("setup");

    public IReadOnlyList<string> Tables => json["ddl"] is { } columns ? [$"create table public.feed ({columns})"] : Strings("tables");

    public string Select => (string?)json["select"] ?? "*";

    public byte[] File => (string?)json["hex"] is { } hex ? Convert.FromHexString(hex) : Encoding.UTF8.GetBytes((string)json["file"]!);

    /// <summary>A word of the failure that is right; null where the load succeeds.</summary>
    public string? Failure => (string?)json["fails"];

    public IEnumerable<string> Rows => json["rows"]!.AsArray().Select(row => string.Join('|',
        row!.AsArray().Select(value => (string)value!)));

    /// <summary>Whether there is one of <see cref="Rows"/> for each row that is loaded.</summary>
    public bool HasAllRows => !Select.Contains("count(", StringComparison.Ordinal) && json["feed"]?["mode"] is null;

    public IEnumerable<string> Rejects => (json["rejects"]?.AsArray() ?? []).Select(reject => $"{(long)reject![0]!} {(string)reject[1]!}");

    /// <summary>As the definition's reader reads it.</summary>
    public FeedDefinition Feed()
    {
        var feed = new JsonObject { ["name"] = "feed", ["object"] = (string?)json["key"] ?? "in/feed.csv", ["table"] = "public.feed" };
        foreach (var (option, value) in json["feed"]?.AsObject() ?? [])
        {
            feed[option] = value?.DeepClone();
        }

        var pipeline = new JsonObject { ["name"] = "p", ["timeZone"] = "UTC", ["feeds"] = new JsonArray(feed) };
        return JsonSerializer.Deserialize(pipeline.ToJsonString(), DefinitionJson.Default.PipelineDefinition)!.Feeds[0];
    }

    public static IReadOnlyList<FileCase> Read(string path) =>
        [.. JsonNode.Parse(System.IO.File.ReadAllText(path))!.AsArray().Select(one => new FileCase(one!.AsObject()))];

    private string[] Strings(string name) => [.. (json[name]?.AsArray() ?? []).Select(value => (string)value!)];
}
