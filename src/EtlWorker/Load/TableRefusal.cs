using EtlWorker.Domain.Rows;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>What a table itself refuses, although every field is right: told from other faults, and put into words.</summary>
internal static class TableRefusal
{
    /// <summary>As <c>guarded_move.sql</c> calls an internal error.</summary>
    private const string GuardedInternalError = "EWX00";

    /// <summary>
    /// Whether the fault may be one row's, when it is raised while rows are written: by a constraint, an index, a trigger, or a type that
    /// the server alone parses, whatever they call it. Never is one of the connection, the transaction, room, rights or the server.
    /// </summary>
    public static bool Is(ServerError fault) => fault.SqlState is not (
        ['0', '8', ..] or ['2', '5', ..] or ['4', '0', ..] or ['5', '3', ..] or ['5', '5', ..] or ['5', '7', ..] or ['5', '8', ..]
            or ['X', 'X', ..]
        or PostgresErrorCodes.InsufficientPrivilege);

    /// <summary>
    /// Whether the fault is of a kind that data and constraints alone have; of another one the table may be the cause as well.
    /// </summary>
    public static bool IsOfData(ServerError fault) => fault.SqlState is ['2', '2' or '3', ..];

    /// <summary>Whether the fault is that a statement of ours cannot be asked of this table, or refuses a row.</summary>
    public static bool IsOfStatement(ServerError fault) => fault.SqlState is PostgresErrorCodes.InsufficientPrivilege || Is(fault);

    /// <summary>Names code, column and reason of a row that was refused. No message of the server's: those hold values.</summary>
    /// <param name="fault">With what the server refused the row.</param>
    /// <param name="columns">The columns that the file fills.</param>
    public static (RejectCode Code, string? Column, string Reason) Describe(ServerError fault, IReadOnlyList<TargetColumn> columns)
    {
        // Of an assignment the server does not name the column; where one alone can be meant, it is that: the only one that it parses
        // itself, or the only one of a domain.
        var parsedByServer = columns.Where(one => one.Codec is null).ToList();
        var named = columns.FirstOrDefault(one => one.Name == fault.Column)
            ?? (columns.Where(one => one.HasType(fault.DataType)).ToList() is [var typedSo] ? typedSo : null);
        var column = named?.Name ?? (parsedByServer is [var only] ? only.Name : null);
        var type = parsedByServer is [var typed] ? $"the type {typed.Type}"
            : named is { Codec: null } ? $"the type {named.Type}" : "the type of its column";
        return fault.SqlState switch
        {
            PostgresErrorCodes.UniqueViolation => (RejectCode.DuplicateKey, null, $"its key is there already ({fault.Constraint})"),
            PostgresErrorCodes.CheckViolation when string.IsNullOrEmpty(fault.Constraint) =>
                (RejectCode.Constraint, null, "no partition of the table takes it"),
            PostgresErrorCodes.CheckViolation =>
                (RejectCode.Constraint, fault.Column ?? column, $"refused by the check {fault.Constraint}"),
            PostgresErrorCodes.ForeignKeyViolation =>
                (RejectCode.Constraint, null, $"refers to a row that is not there ({fault.Constraint})"),
            PostgresErrorCodes.ExclusionViolation => (RejectCode.Constraint, null, $"excluded by another row ({fault.Constraint})"),
            PostgresErrorCodes.NotNullViolation =>
                (RejectCode.NotNull, fault.Column ?? column, "empty, and the table does not take NULL"),
            PostgresErrorCodes.StringDataRightTruncation => (RejectCode.TooLong, column, $"longer than {type} takes"),
            PostgresErrorCodes.NumericValueOutOfRange => (RejectCode.OutOfRange, column, $"out of the range of {type}"),
            PostgresErrorCodes.InvalidDatetimeFormat
                or PostgresErrorCodes.DatetimeFieldOverflow => (RejectCode.Timestamp, column, $"no date or time of {type}"),
            PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire =>
                (RejectCode.Encoding, column, "a character that the database's encoding does not have"),
            GuardedInternalError =>
                (RejectCode.Constraint, column, $"not a value of {type}, or refused by a trigger or an index (SQLSTATE XX000)"),
            ['P', '0', ..] => (RejectCode.Constraint, null, "refused by a trigger of the table"),
            PostgresErrorCodes.ProgramLimitExceeded => (RejectCode.Constraint, column, "longer than an index or a type of the table takes"),
            ['2', '2', ..] => (RejectCode.Constraint, column, $"not a value of {type} (SQLSTATE {fault.SqlState})"),
            ['4', '2', ..] => (RejectCode.Constraint, column,
                $"not a value of {type}, or refused by a trigger (SQLSTATE {fault.SqlState})"),
            _ => (RejectCode.Constraint, null, $"refused by a trigger, an index or a type of the table (SQLSTATE {fault.SqlState})"),
        };
    }
}
