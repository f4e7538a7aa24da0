using Npgsql;

namespace EtlWorker.Storage;

/// <summary>An error that the server answered a statement with: what the steps may know of it. Its own message may hold values.</summary>
/// <param name="SqlState">Five characters.</param>
/// <param name="Constraint">The constraint's name, where the server tells it.</param>
/// <param name="Column">The column's name, where the server tells it.</param>
/// <param name="DataType">The type's name, where the server tells it.</param>
/// <param name="Description">What may be reported of it, with its SQLSTATE.</param>
/// <remarks>https://www.postgresql.org/docs/current/errcodes-appendix.html</remarks>
internal sealed record ServerError(string SqlState, string? Constraint, string? Column, string? DataType, string Description)
{
    /// <returns>Null for a fault that is no answer of the server's.</returns>
    public static ServerError? Of(Exception fault) => fault is PostgresException server
        ? new ServerError(
            server.SqlState, server.ConstraintName, server.ColumnName ?? ColumnOfCopy(server.Where), server.DataTypeName,
            PostgresFault.Describe(server))
        : null;

    /// <summary>
    /// A COPY says where it was: <c>COPY feed, line 3, column mood: "x"</c>. In another language than English nothing is found.
    /// </summary>
    private static string? ColumnOfCopy(string? context)
    {
        const string mark = ", column ";
        var begins = context?.StartsWith("COPY ", StringComparison.Ordinal) == true
            ? context.IndexOf(mark, StringComparison.Ordinal) + mark.Length
            : 0;
        var ends = begins < mark.Length ? -1 : context!.IndexOf(": ", begins, StringComparison.Ordinal);
        return ends < 0 ? null : context![begins..ends];
    }

    /// <summary>Whether the server gave up waiting for a lock.</summary>
    public static bool IsUndefinedTable(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable };

    public static bool IsLockNotAvailable(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>Whether the server can be read and not written.</summary>
    public static bool IsReadOnly(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>Whether a value, its size or a constraint is what the server refused.</summary>
    public static bool IsOfValue(Exception fault) => fault is PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] };
}
