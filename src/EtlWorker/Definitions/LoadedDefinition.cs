using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>A valid definition with the SQL that stands beside it.</summary>
/// <param name="Pipeline">What the document says.</param>
/// <param name="Document">The document as it was read.</param>
/// <param name="Sql">SQL text by the path that the document names.</param>
/// <param name="Hash">SHA-256 over document and SQL, in hexadecimal: the ledger's name for exactly this definition.</param>
internal sealed record LoadedDefinition(
    PipelineDefinition Pipeline, string Document, IReadOnlyDictionary<string, string> Sql, string Hash)
{
    public BusinessCalendar Calendar { get; } =
        new(TimeZoneInfo.FindSystemTimeZoneById(Pipeline.TimeZone), Pipeline.Trigger.DayStart);

    /// <summary>SHA-256 of a file's text, in hexadecimal: what <c>sha256sum</c> says of it.</summary>
    public string Sha256Of(string file) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql[file])));

    /// <summary>The SQL files as one JSON object, as the ledger keeps them.</summary>
    public string SqlAsJson() => JsonSerializer.Serialize(Sql, DefinitionJson.Default.IReadOnlyDictionaryStringString);
}
