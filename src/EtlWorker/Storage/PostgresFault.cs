using EtlWorker.Domain.Runs;
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

    /// <summary>What an error means for the run whose statement met it.</summary>
    /// <remarks>https://www.postgresql.org/docs/current/errcodes-appendix.html; of classes 53, 57P, 58 and 08 Npgsql gives the session up.</remarks>
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
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName => "Run `etlworker migrate` with this version.",
        PostgresErrorCodes.InsufficientPrivilege => "Grant the worker's login its rights on the schema etl: select, insert, update and delete.",
        PostgresErrorCodes.DiskFull => "Make room on the database's disk.",
        _ => "",
    };
}
