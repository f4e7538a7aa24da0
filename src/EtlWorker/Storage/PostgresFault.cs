using Npgsql;

namespace EtlWorker.Storage;

/// <summary>What may be told of an error of the server's.</summary>
internal static class PostgresFault
{
    /// <summary>
    /// The server's message with its SQLSTATE. Its detail is never told, and of a data exception (class 22) or an internal
    /// error neither is the message: they hold values of rows.
    /// </summary>
    public static string Describe(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.DivisionByZero => $"division by zero (SQLSTATE {fault.SqlState})",
        PostgresErrorCodes.NumericValueOutOfRange => $"a number out of its type's range (SQLSTATE {fault.SqlState})",
        // A cluster passes on the message of a node, values of rows included, without its class.
        PostgresErrorCodes.InternalError => $"an internal error; PostgreSQL's own log has its message (SQLSTATE {fault.SqlState})",
        ['2', '2', ..] => $"a value that its type does not take (SQLSTATE {fault.SqlState})",
        _ => $"{fault.MessageText} (SQLSTATE {fault.SqlState})",
    };
}
