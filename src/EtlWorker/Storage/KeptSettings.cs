using EtlWorker.Domain.Runs;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>
/// The settings of a session before SQL that somebody else wrote. Such SQL may change any of them, by <c>set_config</c> in a function or in
/// a trigger, and what follows would be written or carried out by another form, role or limit.
/// </summary>
/// <param name="Role">Which the worker's statements run as.</param>
/// <param name="StatementTimeout">As the server writes it.</param>
/// <param name="LockTimeout">As the server writes it; a transaction has its own.</param>
/// <param name="ApplicationName">By which others see who it is.</param>
/// <param name="ClientCheck">How often the server looks whether the worker is there; not every system can.</param>
/// <param name="TransactionReadOnly">on or off.</param>
internal sealed record KeptSettings(
    string Role, string StatementTimeout, string LockTimeout, string ApplicationName, string ClientCheck, string TransactionReadOnly)
{
    private const string ReadOnly = "on";

    public static async Task<KeptSettings> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Storage/kept_settings");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new KeptSettings(
            reader.Get<string>(0), reader.Get<string>(1), reader.Get<string>(2), reader.Get<string>(3), reader.Get<string>(4),
            reader.Get<string>(5));
    }

    /// <summary>Sets all of them again, and those of each session of the worker's.</summary>
    /// <exception cref="RunFailedException">The transaction has been made read-only, and nothing can make it write again.</exception>
    public async Task ReturnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var reset = connection.Text($"{EmbeddedSql.Get("Storage/reset_settings")}\n{SessionSettings.TextFor(connection)}");
        reset.CommandTimeout = (int)Statements.TimeLimit.TotalSeconds;
        await reset.ExecuteNonQueryAsync(cancellationToken);
        await using var set = connection.Embedded(
            "Storage/return_settings", ("role", Role), ("statement_timeout", StatementTimeout), ("lock_timeout", LockTimeout),
            ("application_name", ApplicationName), ("client_check", ClientCheck));
        if (await set.ExecuteScalarAsync(cancellationToken) is ReadOnly && TransactionReadOnly != ReadOnly)
        {
            throw new RunFailedException(
                "SQL of the definition's, or of what its tables call, made the transaction read-only",
                "Take the change of transaction_read_only out of it and out of the functions that it calls.")
            {
                IsOfFile = false,
            };
        }
    }
}
