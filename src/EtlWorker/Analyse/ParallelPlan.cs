using System.Text.Json;

namespace EtlWorker.Analyse;

/// <summary>
/// Whether PostgreSQL carries out a statement in parallel mode, in which none that it calls may write or change a setting.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/parallel-safety.html</remarks>
internal static class ParallelPlan
{
    private const string NodeType = "Node Type";

    /// <param name="plan">What <c>explain (format json)</c> answers.</param>
    public static bool Is(string plan)
    {
        using var document = JsonDocument.Parse(plan, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        return HasGather(document.RootElement);
    }

    /// <summary>A name or a value of the statement stands in no property that is asked for.</summary>
    private static bool HasGather(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(HasGather),
        JsonValueKind.Object =>
            (element.TryGetProperty(NodeType, out var type) && type.ValueEquals("Gather"))
            || (element.TryGetProperty(NodeType, out type) && type.ValueEquals("Gather Merge"))
            || element.EnumerateObject().Any(property => HasGather(property.Value)),
        _ => false,
    };
}
