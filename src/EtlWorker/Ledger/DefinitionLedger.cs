using EtlWorker.Storage;

namespace EtlWorker.Ledger;

/// <summary>The definitions that the ledger keeps: <c>etl.definition</c>.</summary>
internal sealed class DefinitionLedger(Database database)
{
    /// <summary>The newest definition of each other pipeline that ran or was served, with its SQL files as one JSON object.</summary>
    public async Task<IReadOnlyList<(string Document, string Sql)>> OthersAsync(string pipeline, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Embedded("Ledger/other_definitions", ("pipeline", pipeline));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var others = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            others.Add((reader.Get<string>(0), reader.Get<string>(1)));
        }

        return others;
    }
}
