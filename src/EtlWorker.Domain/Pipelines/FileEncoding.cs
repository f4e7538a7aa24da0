using System.Text.Json.Serialization;

namespace EtlWorker.Domain.Pipelines;

/// <summary>How a file without a byte order mark is to be read; a mark is believed whatever the feed says.</summary>
public enum FileEncoding
{
    [JsonStringEnumMemberName("utf-8")]
    Utf8,

    /// <summary>Little-endian, as Windows programs write it.</summary>
    [JsonStringEnumMemberName("utf-16")]
    Utf16,

    [JsonStringEnumMemberName("iso-8859-1")]
    Latin1,

    [JsonStringEnumMemberName("windows-1252")]
    Windows1252,
}
