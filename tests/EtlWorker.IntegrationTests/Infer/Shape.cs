using System.Text;
using System.Text.Json.Nodes;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.IntegrationTests.Infer;

/// <summary>A small file with a trap, as data, and what is right to infer of it.</summary>
/// <param name="json">
/// <c>name</c>; <c>file</c>, its text, and <c>encoding</c>; <c>types</c> of the columns; <c>rows</c> as they are loaded, with bars between
/// fields; <c>rejected</c> rows; <c>says</c>, words of the README; <c>has</c>, words of the definition.
/// </param>
internal sealed class Shape(JsonObject json)
{
    public string Name => (string)json["name"]!;

    public string FileName => (string?)json["as"] ?? "sample.csv";

    public byte[] Content
    {
        get
        {
            var encoding = (string?)json["encoding"] ?? "utf-8";
            Assert(FileEncoding.Find(encoding) is not null);
            return Encoding.GetEncoding(encoding).GetBytes((string)json["file"]!);
        }
    }

    public string Types => (string)json["types"]!;

    public IEnumerable<string> Rows => Strings("rows");

    public long Rejected => (long?)json["rejected"] ?? 0;

    public IEnumerable<string> Says => Strings("says");

    public IEnumerable<string> Has => Strings("has");

    public static IReadOnlyList<Shape> Read(string path) =>
        [.. JsonNode.Parse(File.ReadAllText(path))!.AsArray().Select(one => new Shape(one!.AsObject()))];

    private IEnumerable<string> Strings(string name) => (json[name]?.AsArray() ?? []).Select(value => (string)value!);

    // The code pages are registered by the model.
    private static void Assert(bool isKnown) => Xunit.Assert.True(isKnown);
}
