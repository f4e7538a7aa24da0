using System.Globalization;

namespace EtlWorker.Definitions;

/// <summary>
/// A part of the published JSON Schema of definitions, which is embedded in the program: what a value may be. Of JSON Schema it knows what
/// <c>pipelines/pipeline.schema.json</c> uses.
/// </summary>
/// <remarks>https://json-schema.org/draft/2020-12/schema</remarks>
internal sealed class DefinitionSchema
{
    private const string Resource = "Definitions/pipeline.schema.json";
    private static readonly Lazy<DefinitionSchema> Published = new(Load);

    private readonly DocumentNode _document;
    private readonly DocumentNode _own;
    private readonly DocumentNode? _referred;

    private DefinitionSchema(DocumentNode document, DocumentNode own)
    {
        (_document, _own) = (document, own);
        _referred = own["$ref"] is { } to ? document["$defs"]![to.Text["#/$defs/".Length..]] : null;
    }

    /// <summary>That of a whole definition.</summary>
    public static DefinitionSchema OfDefinition => Published.Value;

    /// <summary>What it is called: <c>feed</c>, or <c>schema.table</c> for a text of that form.</summary>
    public string? Title => Text("title");

    public string Description => Text("description") ?? "";

    /// <summary>The alternatives, of different kinds of values; none where there is one form only.</summary>
    public IReadOnlyList<DefinitionSchema> Alternatives => [.. Entries("anyOf").Select(Of)];

    /// <summary>The words that a text can be; none where it can be any.</summary>
    public IReadOnlyList<string> Words => [.. Entries("enum").Where(word => word.Kind == DocumentKind.Text).Select(word => word.Text)];

    /// <summary>The names of JSON Schema's types that are allowed.</summary>
    public IReadOnlyList<string> Types => Keyword("type") switch
    {
        { Kind: DocumentKind.List } several => [.. several.Entries.Select(type => type.Text)],
        { } one => [one.Text],
        null => [],
    };

    public IReadOnlyDictionary<string, DefinitionSchema> Properties =>
        Keyword("properties")?.Properties.ToDictionary(property => property.Name, property => Of(property.Value))
        ?? new Dictionary<string, DefinitionSchema>();

    /// <summary>What a property of any other name is; null where there may be none.</summary>
    public DefinitionSchema? OtherProperties => Keyword("additionalProperties") is { Kind: DocumentKind.Object } other ? Of(other) : null;

    public IEnumerable<string> Required => Entries("required").Select(name => name.Text);

    /// <summary>What each entry of a list is.</summary>
    public DefinitionSchema? Items => Keyword("items") is { } items ? Of(items) : null;

    public double? Minimum => Number("minimum");

    public double? Maximum => Number("maximum");

    public int FewestEntries => (int)(Number("minItems") ?? 0);

    public int MostEntries => (int)(Number("maxItems") ?? int.MaxValue);

    public bool IsUnique => Text("uniqueItems") == "true";

    public int LeastLength => (int)(Number("minLength") ?? 0);

    public int MostLength => (int)(Number("maxLength") ?? int.MaxValue);

    /// <summary>A regular expression for a text.</summary>
    public string? Pattern => Text("pattern");

    /// <summary><c>date</c>, or <c>encoding</c>: the name of one that .NET knows.</summary>
    public string? Format => Text("format");

    /// <summary>Texts that it can be, where those are too many for a list.</summary>
    public IReadOnlyList<string> Examples => [.. Entries("examples").Select(example => example.Text)];

    /// <summary>The objects that have a property of a name, by their titles.</summary>
    public IEnumerable<string> OwnersOf(string property) => _document["$defs"]!.Properties
        .Select(definition => definition.Value).Append(_document)
        .Where(definition => definition["properties"]?[property] is not null)
        .Select(definition => definition["title"]?.Text).OfType<string>();

    private DefinitionSchema Of(DocumentNode part) => new(_document, part);

    private DocumentNode? Keyword(string name) => _own[name] ?? _referred?[name];

    private string? Text(string name) => Keyword(name)?.Text;

    private double? Number(string name) =>
        Keyword(name) is { } number ? double.Parse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    private IReadOnlyList<DocumentNode> Entries(string name) => Keyword(name)?.Entries ?? [];

    private static DefinitionSchema Load()
    {
        using var stream = typeof(DefinitionSchema).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"No embedded {Resource}.");
        using var reader = new StreamReader(stream);
        var document = DocumentReader.Read(reader.ReadToEnd());
        return new DefinitionSchema(document, document);
    }
}
