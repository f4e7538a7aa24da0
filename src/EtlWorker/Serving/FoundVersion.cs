using EtlWorker.Definitions;

namespace EtlWorker.Serving;

/// <summary>A pipeline's definition as it stands now.</summary>
/// <param name="Source">Where: the address of its document.</param>
/// <param name="Id">What is another one whenever a file of it is.</param>
/// <param name="Definition">Null where it cannot be used.</param>
/// <param name="Faults">Why it cannot be used, or not yet.</param>
/// <param name="IsUnfinished">Its files do not belong together, as while they are being written.</param>
internal sealed record FoundVersion(
    string Source, string Id, LoadedDefinition? Definition, IReadOnlyList<string> Faults, bool IsUnfinished)
{
    public static FoundVersion Valid(string source, string id, LoadedDefinition definition) => new(source, id, definition, [], false);

    public static FoundVersion Invalid(string source, string id, IReadOnlyList<string> faults) => new(source, id, null, faults, false);

    public static FoundVersion Unfinished(string source, string id, string why) => new(source, id, null, [why], true);
}
