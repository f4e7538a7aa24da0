using Npgsql;

namespace EtlWorker.Storage;

/// <summary>What may be told of an error of the server's.</summary>
internal static class PostgresFault
{
    /// <summary>
    /// The server's message with its SQLSTATE. Its detail is never told, and of a data exception (class 22) neither is the
    /// message: both hold values of rows.
    /// </summary>
    public static string Describe(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.DivisionByZero => $"division by zero (SQLSTATE {fault.SqlState})",
        PostgresErrorCodes.NumericValueOutOfRange => $"a number out of its type's range (SQLSTATE {fault.SqlState})",
        ['2', '2', ..] => $"a value that its type does not take (SQLSTATE {fault.SqlState})",
        _ => $"{fault.MessageText} (SQLSTATE {fault.SqlState})",
    };
}
