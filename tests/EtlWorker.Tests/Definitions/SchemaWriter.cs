using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Tests.Definitions;

/// <summary>
/// Makes the JSON Schema of definitions from their types: names, required properties, defaults and words from the types themselves, ranges
/// and forms from <see cref="AllowedAttribute"/>, descriptions from the comments on the properties.
/// </summary>
internal sealed partial class SchemaWriter
{
    private const string HoursAndMinutes = "hoursAndMinutes";

    private static readonly JsonSerializerOptions Written =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly NullabilityInfoContext Nullability = new();
    private readonly TypeComments _comments = new(typeof(PipelineDefinition).Assembly);
    private readonly SortedDictionary<string, JsonObject> _definitions = new(StringComparer.Ordinal);

    /// <summary>The file as it must be.</summary>
    public static string Write() => new SchemaWriter().WriteDefinition();

    private string WriteDefinition()
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema" };
        Copy(ObjectOf(typeof(PipelineDefinition), "pipeline definition"), schema);
        schema["$defs"] = new JsonObject(_definitions.Select(definition =>
            KeyValuePair.Create(definition.Key, (JsonNode?)definition.Value)));
        return ShortList().Replace(schema.ToJsonString(Written), OnOneLine) + "\n";
    }

    private JsonObject ObjectOf(Type type, string title) => new()
    {
        ["title"] = title,
        ["description"] = _comments.Of(type),
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = Texts(PropertiesOf(type).Where(IsRequired).Select(NameOf)),
        ["properties"] = new JsonObject(PropertiesOf(type).Select(property =>
            KeyValuePair.Create(NameOf(property), (JsonNode?)PropertyOf(type, property)))),
    };

    private JsonObject PropertyOf(Type owner, PropertyInfo property)
    {
        var isNullable = Nullability.Create(property).WriteState == NullabilityState.Nullable;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var allowed = property.GetCustomAttribute<AllowedAttribute>();
        var schema = SchemaOf(type, allowed);
        if (isNullable)
        {
            schema = OrNull(schema);
        }

        schema["description"] = Described(property, type);
        if (DefaultOf(owner, property) is { } value)
        {
            schema["default"] = value;
        }

        return schema;
    }

    private JsonObject SchemaOf(Type type, AllowedAttribute? allowed)
    {
        if (EntryTypeOf(type) is { } entry)
        {
            return ListOf(entry, allowed);
        }

        return type switch
        {
            _ when type == typeof(string) => TextOf(allowed),
            _ when type == typeof(char) && allowed?.Words is { } words => new JsonObject { ["type"] = "string", ["enum"] = Texts(words) },
            _ when type == typeof(char) => WithForm(new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 1 }, allowed),
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(int) => Ranged(new JsonObject { ["type"] = "integer" }, allowed, int.MaxValue),
            _ when type == typeof(long) => Ranged(new JsonObject { ["type"] = "integer" }, allowed, null),
            _ when type == typeof(double) => Ranged(new JsonObject { ["type"] = "number" }, allowed, null),
            _ when type == typeof(DateOnly) => new JsonObject { ["type"] = "string", ["format"] = "date" },
            _ when type == typeof(TimeSpan) => Referred(HoursAndMinutes, () => new JsonObject
            {
                ["title"] = "hours and minutes as HH:mm (18:00)",
                ["type"] = "string",
                ["pattern"] = "^[0-9]{1,3}:[0-5][0-9]$",
            }),
            _ when type.IsEnum => new JsonObject { ["type"] = "string", ["enum"] = Texts(Enum.GetNames(type).Select(Camel)) },
            _ when type == typeof(FileEncoding) => Referred("encoding", () => new JsonObject
            {
                ["title"] = "the name of an encoding",
                ["type"] = "string",
                ["format"] = "encoding",
                ["examples"] = Texts(FileEncoding.UsualNames),
            }),
            _ when type == typeof(FeedColumns) => ColumnsOf(),
            _ when type == typeof(ExpectedDays) => Either(
                Counted(
                    new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = Either(SchemaOf(typeof(DayOfWeek), null), SchemaOf(typeof(DateOnly), null)),
                    },
                    allowed),
                Referred(typeof(DayQueryDefinition))),
            _ when type == typeof(ExportDefinition) => Either(TextOf(null), Referred(type)),
            _ => Referred(type),
        };
    }

    private JsonObject ListOf(Type entry, AllowedAttribute? allowed)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = SchemaOf(entry, entry == typeof(string) ? allowed : null) };
        return Counted(list, allowed);
    }

    private static JsonObject Counted(JsonObject list, AllowedAttribute? allowed)
    {
        if (allowed is { FewestEntries: > 0 })
        {
            list["minItems"] = allowed.FewestEntries;
        }

        if (allowed is { MostEntries: > 0 })
        {
            list["maxItems"] = allowed.MostEntries;
        }

        if (allowed is { IsUnique: true })
        {
            list["uniqueItems"] = true;
        }

        return list;
    }

    /// <summary>An object of header names or of columns, or a list of the table's columns.</summary>
    private JsonObject ColumnsOf() => Either(
        new JsonObject { ["type"] = "object", ["additionalProperties"] = Either(TextOf(null), Referred(typeof(ColumnDefinition))) },
        new JsonObject { ["type"] = "array", ["items"] = TextOf(null), ["minItems"] = 1, ["uniqueItems"] = true });

    private static JsonObject TextOf(AllowedAttribute? allowed) => WithForm(new JsonObject { ["type"] = "string" }, allowed);

    private static JsonObject WithForm(JsonObject text, AllowedAttribute? allowed)
    {
        if (allowed?.Pattern is { } pattern)
        {
            (text["title"], text["pattern"]) = (allowed.Form, pattern);
        }

        return text;
    }

    private static JsonObject Ranged(JsonObject number, AllowedAttribute? allowed, double? most)
    {
        if (allowed is not null && !double.IsNaN(allowed.Minimum))
        {
            number["minimum"] = allowed.Minimum;
        }

        if ((allowed is null || double.IsNaN(allowed.Maximum) ? most : allowed.Maximum) is { } maximum)
        {
            number["maximum"] = maximum;
        }

        return number;
    }

    private JsonObject Referred(Type type)
    {
        var name = Camel(type.Name.Replace("Definition", "", StringComparison.Ordinal));
        return Referred(name, () => ObjectOf(type, Words().Replace(name, match => $" {match.Value.ToLowerInvariant()}")));
    }

    private JsonObject Referred(string name, Func<JsonObject> make)
    {
        if (!_definitions.ContainsKey(name))
        {
            _definitions[name] = [];
            _definitions[name] = make();
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema.ContainsKey("$ref"))
        {
            return Either(schema, new JsonObject { ["type"] = "null" });
        }

        schema["type"] = new JsonArray(schema["type"]!.DeepClone(), "null");
        if (schema["enum"] is JsonArray words)
        {
            words.Add(null);
        }

        return schema;
    }

    private static JsonObject Either(params JsonNode[] alternatives) => new() { ["anyOf"] = new JsonArray(alternatives) };

    private string Described(PropertyInfo property, Type type)
    {
        var words = (EntryTypeOf(type) ?? type) is { IsEnum: true } of
            ? Enum.GetNames(of).Select(name => (Name: Camel(name), Comment: _comments.Of(of, name)))
                .Where(word => word.Comment.Length > 0).Select(word => $" {word.Name}: {Uncapitalized(word.Comment)}")
            : [];
        return _comments.Of(property) + string.Concat(words);
    }

    /// <summary>What an object that leaves the property out has there; null for nothing.</summary>
    private static JsonNode? DefaultOf(Type owner, PropertyInfo property)
    {
        if (IsRequired(property))
        {
            return null;
        }

        var value = property.GetValue(Activator.CreateInstance(owner));
        return value switch
        {
            null or FeedColumns or RejectLimit or TriggerDefinition => null,
            bool flag => flag,
            int or long or double => JsonSerializer.SerializeToNode(value),
            char character => character.ToString(),
            TimeSpan time => $"{(int)time.TotalHours:00}:{time.Minutes:00}",
            FileEncoding encoding => encoding.Name,
            Enum word => Camel(word.ToString()),
            ExpectedDays days => Texts(days.Weekdays.Select(day => Camel(day.ToString()))),
            System.Collections.ICollection { Count: 0 } => new JsonArray(),
            _ => throw new InvalidOperationException($"No form for the default of {property.Name}."),
        };
    }

    /// <summary>Those that a document can set, a base's first where it has one; not what is computed.</summary>
    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .OrderBy(property => property.DeclaringType == type ? 0 : 1);

    private static Type? EntryTypeOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? Camel(property.Name);

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static string Uncapitalized(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    /// <summary>A list of texts, numbers and nulls.</summary>
    [GeneratedRegex(@"\[\s*((""(\\.|[^""\\])*""|null|[0-9.]+)(,\s*)?)+\s*\]")]
    private static partial Regex ShortList();

    private static string OnOneLine(Match list) =>
        Blank().Replace(list.Value, "") is { Length: <= 90 } line ? line.Replace("\",\"", "\", \"", StringComparison.Ordinal) : list.Value;

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Words();

    [GeneratedRegex(@"\n\s*")]
    private static partial Regex Blank();

    private static void Copy(JsonObject from, JsonObject to)
    {
        foreach (var (name, value) in from)
        {
            to[name] = value?.DeepClone();
        }
    }
}
