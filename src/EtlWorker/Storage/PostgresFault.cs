using EtlWorker.Domain.Runs;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>The one place that classifies what PostgreSQL answers, and what happens on the way to it.</summary>
internal static class PostgresFault
{
    /// <returns>Null for a fault that is none of the database or of the way to it.</returns>
    public static Fault? Of(Exception fault) => fault switch
    {
        DatabaseUnreachableException away => away.Fault,
        PostgresException server when KindOf(server) is var kind and not FaultKind.Permanent => kind == FaultKind.Unreachable
            ? ReadOnly(server)
            : new Fault(kind, Describe(server), "") { IsOfLock = ServerError.IsLockNotAvailable(server) },
        PostgresException server => new Fault(FaultKind.Permanent, $"PostgreSQL refused: {Describe(server)}", RemedyFor(server))
        {
            // Data exceptions, constraints, raised by a trigger, program limits: of a row.
            IsOfContents = server.SqlState[..2] is "22" or "23" or "P0" or "54",
        },
        NpgsqlException => new Fault(FaultKind.Passing, $"database: {ConnectFault.WithCause(fault)}", ""),
        _ => null,
    };

    /// <summary>What failed on the ledger, and what to do about it.</summary>
    /// <returns>Null for a fault that is none of the database or of the way to it.</returns>
    public static Fault? OfLedger(Exception fault) => Of(fault) is { } known
        ? fault switch
        {
            DatabaseUnreachableException => known,
            PostgresException server when !ServerError.IsReadOnly(server) =>
                known with { Cause = Describe(server), Remedy = RemedyForLedger(server) },
            PostgresException => known,
            _ => known with { Cause = fault.Message },
        }
        : null;

    /// <summary>The server can be read and not written.</summary>
    private static Fault ReadOnly(PostgresException fault) => new(
        FaultKind.Unreachable,
        $"the database takes no changes: it is a standby, or read-only ({Describe(fault)})",
        "During a failover nothing: it continues by itself. Else see that Host in DATABASE__CONNECTIONSTRING is the primary "
            + "and that default_transaction_read_only is off for the database and the login.");

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
    /// As <see cref="Describe"/>, of a statement that makes or changes an object: that one is there already, or is none that may be
    /// changed, is said of objects alone.
    /// </summary>
    public static string DescribeChange(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateSchema or PostgresErrorCodes.DuplicateObject
            or PostgresErrorCodes.DuplicateColumn or PostgresErrorCodes.DuplicateFunction or PostgresErrorCodes.WrongObjectType
            or PostgresErrorCodes.InvalidTableDefinition
            or PostgresErrorCodes.InvalidTransactionTermination => $"{fault.MessageText} (SQLSTATE {fault.SqlState})",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.UndefinedFunction when !IsKnown(fault) =>
            $"what it names does not exist; PostgreSQL's own log has the message (SQLSTATE {fault.SqlState})",
        _ => Describe(fault),
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
    private static string RemedyForLedger(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName =>
            "Run `etlworker migrate` with this version.",
        PostgresErrorCodes.InsufficientPrivilege =>
            "Grant the worker's login its rights on the schema etl: select, insert, update and delete.",
        PostgresErrorCodes.DiskFull => "Make room on the database's disk.",
        _ => "",
    };

    private static string RemedyFor(PostgresException server) => server.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.FeatureNotSupported
            when server.MessageText.Contains("row-level security", StringComparison.Ordinal) =>
            "Row-level security keeps the worker's login from its table: let the login own the table without FORCE, or give it BYPASSRLS; "
            + "COPY takes no policies.",
        PostgresErrorCodes.UniqueViolation =>
            $"The file holds two rows with the same key ({server.TableName}, constraint {server.ConstraintName}): "
                + "correct it and drop it again.",
        PostgresErrorCodes.CheckViolation or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.NotNullViolation =>
            $"The rows break {server.ConstraintName ?? server.ColumnName} of {server.TableName}: correct the file and drop it again.",
        PostgresErrorCodes.InsufficientPrivilege =>
            "Grant the worker's login what it needs: to truncate and fill the staging tables, and to replace rows of the analyses' tables.",
        PostgresErrorCodes.DiskFull => "The database's disk is full: make room, then drop the files again.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn =>
            "Run `etlworker migrate` with this version; if a table of your own is meant, create it.",
        _ => "Look into PostgreSQL's log for this time; correct the cause, then drop the files again.",
    };
}
