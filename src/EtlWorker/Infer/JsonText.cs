using System.Text.Encodings.Web;
using System.Text.Json;

namespace EtlWorker.Infer;

/// <summary>Strings as JSON writes them, letters of all scripts as they are.</summary>
internal static class JsonText
{
    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quote))}]";
}
