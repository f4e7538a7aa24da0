using Npgsql;

namespace EtlWorker.Storage;

/// <summary>
/// A cluster plans its queries over its nodes by itself, and opens sessions of its own to them: what helps one server is left out there.
/// </summary>
internal static class CitusCluster
{
    public static async Task<bool> IsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Storage/is_cluster");
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
