namespace EtlWorker.Ledger.Pipelines;

/// <summary>A pipeline as the ledger has it: <c>etl.pipeline</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">The address of the document from which its definition was last taken.</param>
/// <param name="DefinitionHash">The last definition that was good.</param>
/// <param name="Document">That definition's document.</param>
/// <param name="Sql">Its SQL files as one JSON object.</param>
/// <param name="IsRemoved">Whether its definition was removed since.</param>
internal sealed record KnownPipeline(string Name, string Source, string DefinitionHash, string Document, string Sql, bool IsRemoved);
