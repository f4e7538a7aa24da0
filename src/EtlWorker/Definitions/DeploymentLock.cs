using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtlWorker.Definitions;

/// <summary>
/// <c>pipeline.lock</c>: what a deployed folder has, written last, so that a folder that is half copied is never used.
/// </summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Hash">The definition's, as the ledger has it.</param>
/// <param name="Files">The SHA-256 of each file, in hexadecimal, by its path below the folder.</param>
internal sealed record DeploymentLock(string Pipeline, string Hash, IReadOnlyDictionary<string, string> Files)
{
    public const string FileName = "pipeline.lock";

    /// <param name="definition">The definition.</param>
    /// <param name="files">All its files, by their paths below its folder.</param>
    public static DeploymentLock Of(LoadedDefinition definition, IReadOnlyDictionary<string, byte[]> files) => new(
        definition.Pipeline.Name, definition.Hash,
        new SortedDictionary<string, string>(files.ToDictionary(file => file.Key, file => HashOf(file.Value)), StringComparer.Ordinal));

    /// <exception cref="FormatException">It is none.</exception>
    public static DeploymentLock Parse(byte[] text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DeploymentJson.Default.DeploymentLock) is { Files.Count: > 0 } read
                ? read
                : throw new FormatException("names no file");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"is damaged, in line {broken.LineNumber + 1}", broken);
        }
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, DeploymentJson.Default.DeploymentLock) + "\n");

    /// <summary>What a file is not as the lock says it; null where it is.</summary>
    /// <param name="name">Its path below the folder.</param>
    /// <param name="content">What it holds; null where there is none.</param>
    public string? Difference(string name, byte[]? content) => content is null ? $"{name} is missing"
        : HashOf(content) != Files[name] ? $"{name} is another one"
        : null;

    private static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>How a lock's JSON is read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DeploymentLock))]
internal sealed partial class DeploymentJson : JsonSerializerContext;
