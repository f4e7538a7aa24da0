using Npgsql;

namespace EtlWorker.Storage;

/// <summary>
/// What the worker's sessions set for themselves: a limit of the role's or the database's would end them at work, and another form of
/// dates or numbers would change what is loaded and exported.
/// </summary>
internal static class SessionSettings
{
    private const int TransactionTimeoutSince = 17;

    /// <summary>A server that has just let somebody in answers at once.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    /// <summary>On a connection that has just been made, before anybody gets it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="statementLimit">How long the server lets one statement run; zero: for ever.</param>
    public static async Task ApplyAsync(NpgsqlConnection connection, TimeSpan statementLimit)
    {
        await using var command = connection.Text(
            $"{TextFor(connection)}\nset statement_timeout = {(long)statementLimit.TotalMilliseconds}");
        await ExecuteAsync(command);
        await ServerEncoding.LearnAsync(connection, TimeLimit);
        await using var check = connection.Embedded("Storage/check_client");
        try
        {
            await ExecuteAsync(check);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            // Not every system on which PostgreSQL runs can tell.
        }
    }

    /// <summary>What each session has, but for the time limit of its statements.</summary>
    public static string TextFor(NpgsqlConnection connection) =>
        $"""
        {EmbeddedSql.Get("Storage/session_settings")}
        {(connection.PostgreSqlVersion.Major >= TransactionTimeoutSince ? EmbeddedSql.Get("Storage/no_transaction_timeout") : "")}
        {EmbeddedSql.Get("Storage/durable_commits")}
        """;

    private static async Task ExecuteAsync(NpgsqlCommand command)
    {
        command.CommandTimeout = (int)TimeLimit.TotalSeconds;
        await command.ExecuteNonQueryAsync();
    }
}
