using System.Data;
using EtlWorker.Domain.Runs;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>
/// Where a name that stands without its schema is looked for. The worker's own statements know pg_catalog alone, so that nobody's
/// function or operator is taken for PostgreSQL's. What is written into the pipeline's tables, whose triggers may call something without
/// its schema, and the SQL of the definition's author, know the path of the definition.
/// </summary>
/// <param name="schemas">The definition's; null: what role, database or connection string say.</param>
internal sealed class SearchPath(IReadOnlyList<string>? schemas)
{
    public static readonly SearchPath OfRole = new(null);

    private static readonly TimeSpan TimeToReturn = TimeSpan.FromSeconds(5);

    private readonly string _enter = schemas switch
    {
        null => "set search_path to default",
        [] => "set search_path = ''",
        _ => $"set search_path = {string.Join(", ", schemas.Select(TableName.Quote))}",
    };

    /// <summary>
    /// Does something on this path. What we write ourselves there names the schema of each function, type and operator. Whatever it changes
    /// of the session's settings is set again behind it, not the path alone.
    /// </summary>
    /// <exception cref="RunFailedException">It made the transaction read-only, for good.</exception>
    public async Task<T> UseAsync<T>(NpgsqlConnection connection, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var settings = await KeptSettings.ReadAsync(connection, cancellationToken);
        await connection.ExecuteAsync(_enter, cancellationToken);
        T result;
        try
        {
            result = await work();
        }
        catch when (connection.State == ConnectionState.Open && !cancellationToken.IsCancellationRequested)
        {
            await TryReturnAsync(connection, settings);
            throw;
        }

        await settings.ReturnAsync(connection, cancellationToken);
        return result;
    }

    /// <inheritdoc cref="UseAsync{T}"/>
    public Task UseAsync(
        NpgsqlConnection connection, Func<Task> work, CancellationToken cancellationToken) => UseAsync(connection, async () =>
    {
        await work();
        return true;
    }, cancellationToken);

    private static async Task TryReturnAsync(NpgsqlConnection connection, KeptSettings settings)
    {
        using var limited = new CancellationTokenSource(TimeToReturn);
        try
        {
            await settings.ReturnAsync(connection, limited.Token);
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException or RunFailedException)
        {
            // In a transaction that has failed: its rollback returns, too. The first fault is under way.
        }
    }
}
