using System.Text.Json.Nodes;
using EtlWorker.Definitions;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class PipelineSchemaTests
{
    private static readonly string Published = Path.Combine(Repository.Root, "pipelines", "pipeline.schema.json");

    /// <summary>Keywords that say something about values; the others are for a reader.</summary>
    private static readonly string[] Known =
    [
        "$ref", "type", "enum", "anyOf", "properties", "additionalProperties", "required", "items", "minItems", "maxItems", "uniqueItems",
        "minimum", "maximum", "minLength", "maxLength", "pattern", "format",
    ];

    private static readonly string[] Groups = ["properties", "$defs"];
    private static readonly string[] ForReaders = ["$schema", "$defs", "title", "description", "default", "examples"];

    [Fact]
    public void The_published_schema_is_made_from_the_types_of_a_definition()
    {
        var made = SchemaWriter.Write();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(Published, made);
            return;
        }

        Assert.True(
            made == File.ReadAllText(Published).ReplaceLineEndings("\n"),
            "pipelines/pipeline.schema.json is not what the types of a definition make: run this test once with UPDATE_SNAPSHOTS=1, "
                + "and look at the difference.");
    }

    [Fact]
    public void Every_property_is_described() => Assert.All(
        ObjectsIn(Schema()).SelectMany(one => one["properties"]!.AsObject()),
        property => Assert.True(property.Value!["description"]!.GetValue<string>().Length > 0, $"{property.Key} has no description"));

    [Fact]
    public void The_program_knows_every_keyword_that_the_schema_uses() =>
        Assert.Empty(
            SchemasIn(Schema()).SelectMany(one => one.Select(keyword => keyword.Key)).Except([.. Known, .. ForReaders]).Distinct());

    /// <summary>What has several forms is told apart by the JSON type alone, or a text by whether it is a date.</summary>
    [Fact]
    public void Alternatives_differ_in_their_types() => Assert.All(
        SchemasIn(Schema()).Where(one => one.ContainsKey("anyOf")).Select(one => one["anyOf"]!.AsArray()),
        alternatives =>
        {
            var types = alternatives.Select(one => one!["type"] is { } type
                ? $"{type} {one["format"]}"
                : TypeOf(one["$ref"]!.GetValue<string>())).ToList();
            Assert.Equal(types.Distinct(), types);
        });

    [Fact]
    public void The_program_has_the_published_schema() => Assert.Equal(
        SchemaProperties("feed"), DefinitionSchema.OfDefinition.Properties["feeds"].Items!.Properties.Keys);

    private static JsonObject Schema() => JsonNode.Parse(File.ReadAllText(Published))!.AsObject();

    private static IEnumerable<string> SchemaProperties(string definition) =>
        Schema()["$defs"]![definition]!["properties"]!.AsObject().Select(property => property.Key);

    private static string TypeOf(string reference) => Schema()["$defs"]![reference.Split('/')[^1]]!["type"]!.GetValue<string>();

    private static IEnumerable<JsonObject> ObjectsIn(JsonObject schema) => SchemasIn(schema).Where(one => one.ContainsKey("properties"));

    /// <summary>A schema and all within it.</summary>
    private static IEnumerable<JsonObject> SchemasIn(JsonObject schema) => Groups
        .SelectMany(group => schema[group]?.AsObject().Select(part => part.Value) ?? [])
        .Concat([schema["items"], schema["additionalProperties"]])
        .Concat(schema["anyOf"]?.AsArray() ?? [])
        .OfType<JsonObject>()
        .SelectMany(SchemasIn)
        .Prepend(schema);
}
