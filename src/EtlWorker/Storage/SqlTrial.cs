using System.Data;
using System.Text.RegularExpressions;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>
/// Has PostgreSQL look at the SQL of a definition's author, with the parameters of a run, and runs none of it. In a transaction, which goes
/// on whatever the server says.
/// </summary>
internal static partial class SqlTrial
{
    private const string Savepoint = "etl_trial";
    private static readonly DateOnly AnyDate = new(2000, 1, 1);

    /// <summary>Parses a statement and names the columns of its result, and their types as PostgreSQL writes them.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="path">Where the statement finds names without a schema.</param>
    /// <param name="sql">One statement, over <c>@run_date</c> and <c>@as_of</c>.</param>
    /// <param name="cancellationToken">Cancels it on the server.</param>
    public static Task<(IReadOnlyList<(string Name, string Type)> Columns, SqlRefusal? Refusal)> PrepareAsync(
        NpgsqlConnection connection, SearchPath path, string sql, CancellationToken cancellationToken) =>
        TryAsync(connection, path, sql, async batch =>
        {
            // The server parses and describes the statement, and nobody executes it.
            await using var reader = await batch.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken);
            return (IReadOnlyList<(string, string)>)
                [.. Enumerable.Range(0, reader.FieldCount).Select(index => (reader.GetName(index), reader.GetDataTypeName(index)))];
        }, [], cancellationToken);

    /// <summary>Plans a statement, by which the server also checks the login's rights on all that it reads and writes.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="path">Where the statement finds names without a schema.</param>
    /// <param name="sql">One statement that can be parsed.</param>
    /// <param name="cancellationToken">Cancels it on the server.</param>
    /// <returns>The right that is missing; null for any other fault, which may be of the parameters.</returns>
    public static async Task<SqlRefusal?> PlanAsync(
        NpgsqlConnection connection, SearchPath path, string sql, CancellationToken cancellationToken)
    {
        var (_, refusal) = await TryAsync(
            connection, path, $"explain (costs off) {sql}", batch => batch.ExecuteNonQueryAsync(cancellationToken), 0,
            cancellationToken);
        return refusal is { SqlState: PostgresErrorCodes.InsufficientPrivilege } ? refusal : null;
    }

    private static async Task<(T Result, SqlRefusal? Refusal)> TryAsync<T>(
        NpgsqlConnection connection, SearchPath path, string sql, Func<NpgsqlBatch, Task<T>> ask, T none,
        CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            return (await path.UseAsync(connection, async () =>
            {
                await using var batch = AuthoredSql.Single(connection, sql, AnyDate, AnyDate);
                return await ask(batch);
            }, cancellationToken), null);
        }
        catch (NotSupportedException)
        {
            return (none, SqlRefusal.OfSeveral);
        }
        catch (PostgresException refused)
        {
            return (none, new SqlRefusal(refused.SqlState, LineOf(sql, refused.Position), PostgresFault.Describe(refused)));
        }
        finally
        {
            await connection.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);
        }
    }

    /// <summary>The server counts characters in what Npgsql sends, where a parameter is $1 or $2.</summary>
    private static int? LineOf(string sql, int position)
    {
        var sent = Parameter().Replace(sql, "$$1");
        return position > 0 && position <= sent.Length ? sent.AsSpan(0, position - 1).Count('\n') + 1 : null;
    }

    [GeneratedRegex("@(run_date|as_of)\\b")]
    private static partial Regex Parameter();
}
