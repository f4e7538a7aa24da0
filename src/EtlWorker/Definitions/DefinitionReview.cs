using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Definitions;

/// <summary>
/// Finds all faults of a definition at once. A part whose shape is wrong is left out, and the rest is judged as if it said nothing there:
/// what that alone would cause is no fault of the author's and is not told.
/// </summary>
internal static class DefinitionReview
{
    /// <param name="root">The document.</param>
    /// <param name="document">Its text.</param>
    /// <returns>The definition, or null where one could not be made of it; and its faults in the order of the document.</returns>
    public static (PipelineDefinition? Pipeline, IReadOnlyList<DefinitionFault> Faults) Of(DocumentNode root, string document)
    {
        var shape = SchemaFaults.In(root, DefinitionSchema.OfDefinition);
        if (shape.Count > 0)
        {
            return (null, InOrder(root, shape.Concat(FaultsOfTheRest(root, shape))));
        }

        try
        {
            var pipeline = Bind(document);
            return (pipeline, InOrder(root, DefinitionFaults.In(pipeline)));
        }
        catch (InvalidDefinitionException unforeseen)
        {
            return (null, [new DefinitionFault(JsonPath.Root, unforeseen.Message)]);
        }
    }

    /// <summary>The definition that a document says, as the serializer reads it.</summary>
    /// <exception cref="InvalidDefinitionException">It is none. Its shape was not checked, or by another version.</exception>
    public static PipelineDefinition Bind(string document)
    {
        try
        {
            return JsonSerializer.Deserialize(document, DefinitionJson.Default.PipelineDefinition)
                ?? throw new InvalidDefinitionException(["the definition is null"]);
        }
        catch (JsonException fault)
        {
            throw new InvalidDefinitionException(
                [$"this version cannot read the definition at {fault.Path ?? JsonPath.Root}, line {fault.LineNumber + 1}"]);
        }
    }

    /// <summary><c>FILE:LINE:COLUMN: $.path: message</c>, as editors and terminals know it.</summary>
    /// <param name="file">The document's file.</param>
    /// <param name="root">The document; null where it could not be read.</param>
    /// <param name="fault">The fault.</param>
    public static string Describe(string file, DocumentNode? root, DefinitionFault fault)
    {
        var place = PlaceOf(root, fault);
        return string.Create(
            CultureInfo.InvariantCulture, $"{file}:{place.Line}:{place.Column}: {fault.Path}: {Escaped.Line(fault.Message)}");
    }

    private static DocumentPlace PlaceOf(DocumentNode? root, DefinitionFault fault) =>
        fault.Place ?? root?.Nearest(fault.Path).Place ?? new DocumentPlace(1, 1);

    private static List<DefinitionFault> InOrder(DocumentNode root, IEnumerable<DefinitionFault> faults) =>
        [.. faults.Distinct().OrderBy(fault => PlaceOf(root, fault).Line).ThenBy(fault => PlaceOf(root, fault).Column)];

    private static IEnumerable<DefinitionFault> FaultsOfTheRest(DocumentNode root, IReadOnlyList<DefinitionFault> shape)
    {
        var wrong = shape.Select(fault => fault.Path).ToHashSet();
        if (wrong.Any(path => path == JsonPath.Root || (path.EndsWith(']') && PartOf(path) == path)))
        {
            // The whole of it, or of a feed, a check or an analysis.
            return [];
        }

        PipelineDefinition rest;
        try
        {
            rest = Bind(Without(root, wrong));
        }
        catch (InvalidDefinitionException)
        {
            // What is wrong is something that a definition needs.
            return [];
        }

        var parts = wrong.Select(PartOf).ToHashSet();
        return DefinitionFaults.In(rest)
            .Where(fault => !parts.Contains(PartOf(fault.Path)))
            .Where(fault => !(parts.Contains("$.trigger") && PartOf(fault.Path).StartsWith("$.feeds[", StringComparison.Ordinal)));
    }

    /// <summary>What is judged by itself: a feed, a check, an analysis, the trigger, another property of the root.</summary>
    private static string PartOf(string path)
    {
        var end = path.IndexOf('.', Math.Min(path.Length, JsonPath.Root.Length + 1));
        return end < 0 ? path : path[..end];
    }

    private static string Without(DocumentNode root, HashSet<string> wrong)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
        {
            Write(writer, root, wrong);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, DocumentNode node, HashSet<string> wrong)
    {
        switch (node.Kind)
        {
            case DocumentKind.Object:
                writer.WriteStartObject();
                foreach (var property in node.Properties.Where(property => !wrong.Contains(property.Value.Path)))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, wrong);
                }

                writer.WriteEndObject();
                break;
            case DocumentKind.List:
                writer.WriteStartArray();
                // The others of the definition's own lists keep their places, by which faults are told.
                foreach (var entry in node.Entries.Where(entry => PartOf(node.Path) == node.Path || !wrong.Contains(entry.Path)))
                {
                    Write(writer, entry, wrong);
                }

                writer.WriteEndArray();
                break;
            case DocumentKind.Text:
                writer.WriteStringValue(node.Text);
                break;
            default:
                writer.WriteRawValue(node.Text);
                break;
        }
    }
}
