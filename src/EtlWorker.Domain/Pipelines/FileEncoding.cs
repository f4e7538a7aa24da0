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

/// <summary>What the encodings are called.</summary>
public static class FileEncodings
{
    /// <summary>For a person: <c>UTF-8</c>.</summary>
    public static string Name(this FileEncoding encoding) => encoding switch
    {
        FileEncoding.Utf8 => "UTF-8",
        FileEncoding.Utf16 => "UTF-16",
        FileEncoding.Latin1 => "ISO 8859-1",
        _ => "windows-1252",
    };
}
