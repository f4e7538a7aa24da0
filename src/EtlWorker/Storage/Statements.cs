using System.Diagnostics.CodeAnalysis;
using EtlWorker.Domain.Text;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>Makes commands: ledger statements from embedded files, the steps' statements from a definition's trusted SQL.</summary>
internal static class Statements
{
    /// <summary>
    /// Longer than any statement on the ledger takes, a session's wait for a lock included: a connection that fell silent without
    /// being closed must not silence the worker.
    /// </summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(45);

    /// <summary>When the server ends a statement on the ledger by itself: after the worker gave it up.</summary>
    public static readonly TimeSpan ServerLimit = TimeSpan.FromMinutes(1);

    /// <summary>An embedded statement with its parameters.</summary>
    public static NpgsqlCommand Embedded(
        this NpgsqlConnection connection, string path, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Text(EmbeddedSql.Get(path), parameters);
        command.CommandTimeout = (int)TimeLimit.TotalSeconds;
        return command;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Embedded files, and identifiers quoted by TableName; values are parameters.")]
    public static NpgsqlCommand Text(
        this NpgsqlConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        var characters = ServerEncoding.Of(connection);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter(name, Fit(value, characters) ?? DBNull.Value));
        }

        return command;
    }

    /// <summary>What the database cannot store must not keep it from storing the rest: a question mark stands for it.</summary>
    private static object? Fit(object? value, CharacterSet characters) => value switch
    {
        string text => characters.Fit(text),
        string[] texts => Array.ConvertAll(texts, text => text is null ? null! : characters.Fit(text)),
        _ => value,
    };

    /// <summary>A statement without parameters and without a result.</summary>
    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.Text(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
