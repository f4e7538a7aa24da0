using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>How a definition's JSON is read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(HoursAndMinutesConverter), typeof(WordConverter<TriggerKind>), typeof(WordConverter<FailedDay>),
        typeof(WordConverter<Severity>), typeof(WordConverter<UnknownColumns>), typeof(WordConverter<EmptyRows>),
        typeof(WordConverter<ReplaceBy>), typeof(WordConverter<ManifestFormat>),
        typeof(WordConverter<LoadMode>), typeof(WordConverter<Compression>), typeof(FileEncodingConverter),
        typeof(WordConverter<Parts>), typeof(WordConverter<Fractions>),
        typeof(FeedColumnsConverter), typeof(ExportsConverter), typeof(ExpectedDaysConverter),
    ])]
[JsonSerializable(typeof(PipelineDefinition))]
[JsonSerializable(typeof(ColumnDefinition))]
[JsonSerializable(typeof(ExportDefinition))]
[JsonSerializable(typeof(DayQueryDefinition))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class DefinitionJson : JsonSerializerContext;

/// <summary>An enum by its name in camel case; numbers are refused.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Hours and minutes, <c>18:00</c>; hours may exceed 24 where a length is meant.</summary>
internal sealed class HoursAndMinutesConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? "";
        return text.Split(':') is [{ Length: >= 1 and <= 3 } hours, { Length: 2 } minutes]
            && int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
            && int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var m) && m < 60
            ? new TimeSpan(h, m, 0)
            : throw new JsonException($"'{text}' is not hours and minutes as HH:mm.");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{(int)value.TotalHours:00}:{value.Minutes:00}"));
}

/// <summary>The name of an encoding that .NET knows.</summary>
internal sealed class FileEncodingConverter : JsonConverter<FileEncoding>
{
    public override FileEncoding Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString() ?? "";
        return FileEncoding.Find(name)
            ?? throw new JsonException(
                $"'{name}' is no encoding that is known here; {string.Join(", ", FileEncoding.UsualNames)} are some.");
    }

    public override void Write(Utf8JsonWriter writer, FileEncoding value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Name);
}

/// <summary>Either an object, table column to header name or to what is said of the column, or an array of the table's columns.</summary>
internal sealed class FeedColumnsConverter : JsonConverter<FeedColumns>
{
    public override FeedColumns Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return FeedColumns.Ordered(JsonLists.Read(ref reader, (ref Utf8JsonReader item) => item.TokenType == JsonTokenType.String
                ? item.GetString()!
                : throw new JsonException("Each entry of the list is a column's name, and not null.")));
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object of table columns, or for a file without a header a list of them.");
        }

        var columns = new Dictionary<string, ColumnDefinition>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!columns.TryAdd(name, ReadColumn(ref reader, options)))
            {
                throw new JsonException($"The column '{name}' stands there twice.");
            }
        }

        return FeedColumns.Named(columns);
    }

    public override void Write(Utf8JsonWriter writer, FeedColumns value, JsonSerializerOptions options)
    {
        if (value.InOrder is { } names)
        {
            writer.WriteStartArray();
            foreach (var name in names)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, column) in value.ByName)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, column, options.GetTypeInfo(typeof(ColumnDefinition)));
        }

        writer.WriteEndObject();
    }

    private static ColumnDefinition ReadColumn(ref Utf8JsonReader reader, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new ColumnDefinition { Name = reader.GetString() },
        JsonTokenType.StartObject =>
            (ColumnDefinition)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(ColumnDefinition)))!,
        _ => throw new JsonException("The column's name in the header, or an object of what is said of it, and not null."),
    };
}

/// <summary>A list of keys, or of objects that say how the object is written.</summary>
internal sealed class ExportsConverter : JsonConverter<IReadOnlyList<ExportDefinition>>
{
    public override IReadOnlyList<ExportDefinition> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray
            ? JsonLists.Read(ref reader, (ref Utf8JsonReader item) => ReadExport(ref item, options))
            : throw new JsonException("A list of object keys.");

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ExportDefinition> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var export in value)
        {
            JsonSerializer.Serialize(writer, export, options.GetTypeInfo(typeof(ExportDefinition)));
        }

        writer.WriteEndArray();
    }

    private static ExportDefinition ReadExport(ref Utf8JsonReader reader, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => ExportDefinition.FromString(reader.GetString()!),
        JsonTokenType.StartObject =>
            (ExportDefinition)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(ExportDefinition)))!,
        _ => throw new JsonException("An object key, or an object with \"key\", and not null."),
    };
}

/// <summary>A list of days of the week and of dates, or an object that names a query.</summary>
internal sealed class ExpectedDaysConverter : JsonConverter<ExpectedDays>
{
    public override ExpectedDays Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return new ExpectedDays
            {
                Query = (DayQueryDefinition)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(DayQueryDefinition)))!,
            };
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("A list of days of the week and of dates, or an object with \"sql\".");
        }

        var texts = JsonLists.Read(ref reader, (ref Utf8JsonReader item) => item.TokenType == JsonTokenType.String
            ? item.GetString()!
            : throw new JsonException("Each entry of the list is a text, and not null."));
        var dates = texts.Where(text => text.Length > 0 && char.IsAsciiDigit(text[0])).ToList();
        return new ExpectedDays { Weekdays = [.. texts.Except(dates).Select(WeekdayOf)], Dates = [.. dates.Select(DateOf)] };
    }

    public override void Write(Utf8JsonWriter writer, ExpectedDays value, JsonSerializerOptions options)
    {
        if (value.Query is { } query)
        {
            JsonSerializer.Serialize(writer, query, options.GetTypeInfo(typeof(DayQueryDefinition)));
            return;
        }

        writer.WriteStartArray();
        foreach (var text in value.Weekdays.Select(day => JsonNamingPolicy.CamelCase.ConvertName(day.ToString()))
            .Concat(value.Dates.Select(date => date.ToString(DateFormat, CultureInfo.InvariantCulture))))
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private const string DateFormat = "yyyy-MM-dd";

    private static DayOfWeek WeekdayOf(string text) => Enum.GetValues<DayOfWeek>()
        .Where(day => JsonNamingPolicy.CamelCase.ConvertName(day.ToString()) == text).Select(day => (DayOfWeek?)day).FirstOrDefault()
        ?? throw new JsonException($"'{text}' is no day of the week.");

    private static DateOnly DateOf(string text) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw new JsonException($"'{text}' is no date as {DateFormat}.");
}

/// <summary>Reads one entry of a list, with the reader at its first token.</summary>
internal delegate T JsonItem<T>(ref Utf8JsonReader reader);

/// <summary>Reads lists whose entries have several forms.</summary>
internal static class JsonLists
{
    public static List<T> Read<T>(ref Utf8JsonReader reader, JsonItem<T> item)
    {
        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(item(ref reader));
        }

        return items;
    }
}
