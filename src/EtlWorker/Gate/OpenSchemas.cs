using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Gate;

/// <summary>
/// Where on a pipeline's search path somebody else could put a function that its triggers, checks and analyses would call.
/// </summary>
internal static class OpenSchemas
{
    /// <returns>The names of the schemas; none where there is nothing to fear.</returns>
    public static Task<IReadOnlyList<string>> FindAsync(
        NpgsqlConnection connection, SearchPath path, CancellationToken cancellationToken) =>
        path.UseAsync<IReadOnlyList<string>>(connection, async () =>
        {
            var schemas = new List<string>();
            await using var command = connection.Embedded("Gate/open_schemas");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                schemas.Add(reader.Get<string>(0));
            }

            return schemas;
        }, cancellationToken);
}
