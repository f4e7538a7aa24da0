using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Validate;

/// <summary>What the worker's login may do that no run needs: the SQL of a definition runs as this login, and may do it too.</summary>
internal static class LoginPowers
{
    /// <returns>What it may do and how to end that; none for a login as <c>deploy/prepare-database.sh</c> makes it.</returns>
    public static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var powers = new List<string>();
        await using var command = connection.Embedded("Validate/login_powers");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            powers.Add($"the login {reader.Get<string>(0)}, and so may the SQL of the definition: {reader.Get<string>(1)}, "
                + "or use a login of the worker's own (docs/security.md)");
        }

        return powers;
    }
}
