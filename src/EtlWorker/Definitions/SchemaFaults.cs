using System.Globalization;
using System.Text.RegularExpressions;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>All that a document has and the published schema does not allow: names, types, words and ranges.</summary>
internal sealed class SchemaFaults
{
    private const int MostShown = 60;
    private readonly List<DefinitionFault> _faults = [];

    private SchemaFaults()
    {
    }

    /// <summary>The faults of a value, those of its parts included.</summary>
    public static IReadOnlyList<DefinitionFault> In(DocumentNode node, DefinitionSchema schema)
    {
        var faults = new SchemaFaults();
        faults.Check(node, schema);
        return faults._faults;
    }

    private void Check(DocumentNode node, DefinitionSchema schema)
    {
        if (schema.Alternatives is { Count: > 0 } alternatives)
        {
            schema = alternatives.FirstOrDefault(alternative => IsOfType(node, alternative) && LooksAs(node, alternative)) ?? schema;
        }

        if (schema.Alternatives.Count > 0 || !IsOfType(node, schema))
        {
            Add(node, $"expected {Expected(schema)}, found {Shown(node)}{Hint(node, schema)}");
            return;
        }

        switch (node.Kind)
        {
            case DocumentKind.Text:
                CheckText(node, schema);
                break;
            case DocumentKind.Number when !IsInRange(node, schema):
                Add(node, $"expected {Expected(schema)}, found {Shown(node)}");
                break;
            case DocumentKind.List:
                CheckList(node, schema);
                break;
            case DocumentKind.Object:
                CheckObject(node, schema);
                break;
            default:
                break;
        }
    }

    private void CheckText(DocumentNode node, DefinitionSchema schema)
    {
        if (schema.Words is { Count: > 0 } words)
        {
            if (!words.Contains(node.Text))
            {
                Add(node, $"{Shown(node)} is none of the words allowed here: {Quoted(words)}{Meant(node.Text, words)}");
            }

            return;
        }

        if (schema.Format == "encoding")
        {
            if (FileEncoding.Find(node.Text) is null)
            {
                var near = Meant(node.Text, schema.Examples);
                Add(node, $"{Shown(node)} is no encoding that is known here"
                    + (near.Length > 0 ? near : $"; some that are: {string.Join(", ", schema.Examples)}"));
            }

            return;
        }

        var isGood = node.Text.Length >= schema.LeastLength && node.Text.Length <= schema.MostLength
            && (schema.Pattern is not { } pattern || IsMatch(node.Text, pattern))
            && (schema.Format != "date" || DateOnly.TryParseExact(node.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, 0, out _));
        if (!isGood)
        {
            Add(node, $"expected {Expected(schema)}, found {Shown(node)}");
        }
    }

    private void CheckList(DocumentNode node, DefinitionSchema schema)
    {
        if (node.Entries.Count < schema.FewestEntries || node.Entries.Count > schema.MostEntries)
        {
            Add(node, $"expected {Expected(schema)}, found one of {node.Entries.Count}");
        }

        foreach (var entry in node.Entries)
        {
            Check(entry, schema.Items!);
        }

        if (schema.IsUnique)
        {
            foreach (var again in node.Entries.GroupBy(entry => entry.Text).SelectMany(same => same.Skip(1)))
            {
                Add(again, $"{Shown(again)} stands in this list twice");
            }
        }
    }

    private void CheckObject(DocumentNode node, DefinitionSchema schema)
    {
        var properties = schema.Properties;
        // One that is misspelled is not missing as well.
        var meant = node.Properties.Where(property => !properties.ContainsKey(property.Name))
            .Select(property => NearestWord.Of(property.Name, properties.Keys)).ToList();
        foreach (var name in schema.Required.Where(name => node[name] is null && !meant.Contains(name)))
        {
            Add(node, $"\"{name}\" is missing in this {schema.Title}: {properties[name].Description}");
        }

        foreach (var property in node.Properties)
        {
            if (node.Properties.First(other => other.Name == property.Name) is var first && first != property)
            {
                Add(property, string.Create(
                    CultureInfo.InvariantCulture, $"\"{Cut(property.Name)}\" stands here twice; the first is on line {first.Place.Line}"));
            }

            if ((properties.GetValueOrDefault(property.Name) ?? schema.OtherProperties) is { } known)
            {
                Check(property.Value, known);
            }
            else
            {
                Add(property, $"\"{Cut(property.Name)}\" is no property of {A(schema.Title!)}{Instead(property.Name, schema)}");
            }
        }
    }

    /// <summary>What a property that does not exist was meant to be, or which ones there are.</summary>
    private static string Instead(string name, DefinitionSchema schema)
    {
        var names = schema.Properties.Keys.ToList();
        return NearestWord.Of(name, names) is { } near ? $"; did you mean \"{near}\"?"
            : schema.OwnersOf(name).ToList() is { Count: > 0 } owners ? $"; it is one of {string.Join(" and of ", owners.Select(A))}"
            : $"; its properties are {Quoted(names)}";
    }

    /// <summary>Of two forms of a text one is a date: what begins with a digit was meant for it.</summary>
    private static bool LooksAs(DocumentNode node, DefinitionSchema alternative) => node.Kind != DocumentKind.Text
        || alternative.Types.Count != 1 || alternative.Types[0] != "string"
        || (alternative.Format == "date") == (node.Text.Length > 0 && char.IsAsciiDigit(node.Text[0]))
        || alternative is { Words.Count: 0, Format: not "date" };

    private static bool IsOfType(DocumentNode node, DefinitionSchema schema) => schema.Types is var types && node.Kind switch
    {
        DocumentKind.Null => types.Contains("null"),
        DocumentKind.Boolean => types.Contains("boolean"),
        DocumentKind.Number => types.Contains("number") || (types.Contains("integer") && IsWhole(node.Text)),
        DocumentKind.Text => types.Contains("string"),
        DocumentKind.List => types.Contains("array"),
        _ => types.Contains("object"),
    };

    private static bool IsWhole(string number) =>
        long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    /// <summary>.NET's <c>$</c> also matches before a line feed at the end, ECMA's does not.</summary>
    private static bool IsMatch(string text, string pattern) =>
        Regex.IsMatch(text, pattern.EndsWith('$') ? $"{pattern[..^1]}\\z" : pattern, RegexOptions.CultureInvariant);

    private static bool IsInRange(DocumentNode node, DefinitionSchema schema) =>
        double.Parse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number
        && (schema.Minimum is not { } minimum || number >= minimum) && (schema.Maximum is not { } maximum || number <= maximum)
        && double.IsFinite(number);

    /// <summary>What may stand there, for a person.</summary>
    private static string Expected(DefinitionSchema schema) => schema switch
    {
        { Alternatives: { Count: > 0 } alternatives } =>
            string.Join(" or ", alternatives.Where(alternative => !alternative.Types.SequenceEqual(["null"])).Select(Expected)),
        { Words: { Count: > 0 } words } => $"one of {Quoted(words)}",
        _ => string.Join(" or ", schema.Types.Where(type => type != "null").Select(type => ExpectedOf(type, schema))),
    };

    private static string ExpectedOf(string type, DefinitionSchema schema) => type switch
    {
        "string" when schema.Format == "date" => "a date as yyyy-MM-dd",
        "string" when schema.Title is { } title => title,
        "string" when schema is { LeastLength: 1, MostLength: 1 } => "one character",
        "string" => "a text",
        "boolean" => "true or false",
        "integer" => $"a whole number{Range(schema)}",
        "number" => $"a number{Range(schema)}",
        "array" => $"a list{Count(schema)}",
        _ => schema.Title is { } title ? $"an object ({title})" : "an object",
    };

    private static string Range(DefinitionSchema schema) => (schema.Minimum, schema.Maximum) switch
    {
        (null, null) => "",
        ({ } minimum, null) => string.Create(CultureInfo.InvariantCulture, $" of at least {minimum}"),
        (null, { } maximum) => string.Create(CultureInfo.InvariantCulture, $" of at most {maximum}"),
        var (minimum, maximum) => string.Create(CultureInfo.InvariantCulture, $" from {minimum} to {maximum}"),
    };

    private static string Count(DefinitionSchema schema) => schema switch
    {
        { FewestEntries: 0, MostEntries: int.MaxValue } => "",
        { FewestEntries: 1, MostEntries: int.MaxValue } => " of at least 1 entry",
        { MostEntries: int.MaxValue } => $" of at least {schema.FewestEntries} entries",
        _ when schema.FewestEntries == schema.MostEntries => $" of {schema.MostEntries} entries",
        _ => $" of {schema.FewestEntries} to {schema.MostEntries} entries",
    };

    /// <summary>What a person who wrote a value in another type's form has to change.</summary>
    private static string Hint(DocumentNode node, DefinitionSchema schema)
    {
        var types = schema.Alternatives.Append(schema).SelectMany(one => one.Types).ToList();
        return node.Kind switch
        {
            DocumentKind.Text when types.Contains("boolean") && node.Text.ToUpperInvariant() is "TRUE" or "YES" or "FALSE" or "NO" =>
                $"; write {(node.Text.ToUpperInvariant() is "TRUE" or "YES" ? "true" : "false")} without quotes",
            DocumentKind.Text when (types.Contains("integer") && IsWhole(node.Text))
                || (types.Contains("number") && double.TryParse(node.Text, CultureInfo.InvariantCulture, out _)) =>
                $"; write {node.Text} without quotes",
            DocumentKind.Text or DocumentKind.Number when types.Contains("array") && !types.Contains("string") =>
                $"; write it in brackets: [\"{Cut(node.Text)}\"]",
            DocumentKind.Number or DocumentKind.Boolean when types.Contains("string") => $"; a text stands in quotes: \"{node.Text}\"",
            DocumentKind.Object when types.Contains("array") => "; put it in brackets: [{ ... }]",
            DocumentKind.Null => "; leave it out",
            _ => "",
        };
    }

    private static string Shown(DocumentNode node) => node.Kind switch
    {
        DocumentKind.Text => $"\"{Cut(node.Text)}\"",
        DocumentKind.List => "a list",
        DocumentKind.Object => "an object",
        _ => Cut(node.Text),
    };

    private static string Meant(string word, IReadOnlyList<string> allowed) =>
        NearestWord.Of(word, allowed) is { } near ? $"; did you mean \"{near}\"?" : "";

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"\"{word}\""));

    private static string Cut(string text) => text.Length <= MostShown ? text : $"{text[..MostShown]}...";

    private static string A(string title) => $"{(title[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a")} {title}";

    private void Add(DocumentNode node, string message) => _faults.Add(new DefinitionFault(node.Path, message));

    /// <summary>Of a property whose name is what is wrong.</summary>
    private void Add(DocumentProperty property, string message) =>
        _faults.Add(new DefinitionFault(property.Value.Path, message) { Place = property.Place });
}
