using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtlWorker.StandIns;

/// <summary>JSON as AWS writes it: compact, with <c>+</c>, <c>&amp;</c> and non-ASCII letters left as they are.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions AsAwsWrites = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(JsonNode node) => node.ToJsonString(AsAwsWrites);
}
