using EtlWorker.Domain.Runs;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>What may be told of an error of the server's.</summary>
internal static class PostgresFault
{
    /// <summary>
    /// The server's message with its SQLSTATE, where messages of its kind are known to hold no values of rows: names, and what the parser
    /// found in a statement. What a type, a trigger or another server says may quote a row; its detail is never told.
    /// </summary>
    public static string Describe(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.DivisionByZero => $"division by zero (SQLSTATE {fault.SqlState})",
        PostgresErrorCodes.NumericValueOutOfRange => $"a number out of its type's range (SQLSTATE {fault.SqlState})",
        // A cluster passes on the message of a node, values of rows included, without its class.
        PostgresErrorCodes.InternalError => $"an internal error; PostgreSQL's own log has its message (SQLSTATE {fault.SqlState})",
        ['2', '2', ..] => $"a value that its type does not take (SQLSTATE {fault.SqlState})",
        ['P', '0', ..] => $"raised by a function or a trigger; PostgreSQL's own log has its message (SQLSTATE {fault.SqlState})",
        _ when !IsKnown(fault) => $"an error whose message may hold values; PostgreSQL's own log has it (SQLSTATE {fault.SqlState})",
        _ => $"{fault.MessageText} (SQLSTATE {fault.SqlState})",
    };

    /// <summary>
    /// Of class 42 the parser's messages are known, which say where in the statement, or in a function's, the fault is; a type's input
    /// function has the same codes for what it finds in a value.
    /// </summary>
    private static bool IsKnown(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => true,
        ['4', '2', ..] => fault.Position > 0 || fault.InternalPosition > 0,
        ['0', '8' or 'A', ..] or ['2', '1' or '3' or '5' or '8', ..] or ['3', 'D' or 'F', ..] or ['4', '0', ..] => true,
        ['5', '3' or '5' or '7' or '8', ..] or ['F', '0', ..] => true,
        _ => false,
    };

    /// <summary>What an error means for the run whose statement met it.</summary>
    /// <remarks>https://www.postgresql.org/docs/current/errcodes-appendix.html;
    /// of classes 53, 57P, 58 and 08 Npgsql gives the session up.</remarks>
    public static FaultKind KindOf(PostgresException fault) => fault.SqlState switch
    {
        // A standby, after a failover.
        PostgresErrorCodes.ReadOnlySqlTransaction => FaultKind.Unreachable,
        // Npgsql calls a full disk transient; it stays full until a person makes room.
        PostgresErrorCodes.DiskFull => FaultKind.Permanent,
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled => FaultKind.Passing,
        // idle_in_transaction_session_timeout, transaction_timeout
        "25P03" or "25P04" => FaultKind.SessionLost,
        ['5', '7', 'P', ..] or ['5', '3', ..] or ['5', '8', ..] or ['0', '8', ..] => FaultKind.SessionLost,
        _ => fault.IsTransient ? FaultKind.Passing : FaultKind.Permanent,
    };

    /// <summary>What to do about a statement on the ledger that the server refused; empty when trying again is the remedy.</summary>
    public static string RemedyForLedger(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName =>
            "Run `etlworker migrate` with this version.",
        PostgresErrorCodes.InsufficientPrivilege =>
            "Grant the worker's login its rights on the schema etl: select, insert, update and delete.",
        PostgresErrorCodes.DiskFull => "Make room on the database's disk.",
        _ => "",
    };
}
