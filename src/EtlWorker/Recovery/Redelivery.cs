using System.Text.Json;
using EtlWorker.Definitions;

namespace EtlWorker.Recovery;

/// <summary>By which definition a loaded run is delivered when a person has it tried again.</summary>
internal static class Redelivery
{
    /// <param name="began">The definition that the run began with.</param>
    /// <param name="now">The definition that counts now.</param>
    /// <returns>The newer one where only its exports differ: its analyses are those whose rows the tables hold.</returns>
    public static LoadedDefinition DefinitionFor(LoadedDefinition began, LoadedDefinition now) =>
        WithoutExports(began) == WithoutExports(now) && began.SqlAsJson() == now.SqlAsJson() ? now : began;

    private static string WithoutExports(LoadedDefinition definition) => JsonSerializer.Serialize(
        definition.Pipeline with
        {
            Schema = null,
            Analyses = [.. definition.Pipeline.Analyses.Select(analysis => analysis with { Export = [] })],
        },
        DefinitionJson.Default.PipelineDefinition);
}
