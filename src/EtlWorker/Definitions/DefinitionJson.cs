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
        typeof(WordConverter<LoadMode>), typeof(WordConverter<Compression>), typeof(WordConverter<FileEncoding>),
        typeof(WordConverter<DayOfWeek>), typeof(WordConverter<Parts>),
    ])]
[JsonSerializable(typeof(PipelineDefinition))]
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
