using EtlWorker.Domain.Rows;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>What a table itself refuses, although every field is right: told from other faults, and put into words.</summary>
internal static class TableRefusal
{
    /// <summary>Whether the fault is one row's: a constraint, a trigger that raises, or a value of a type that the server alone parses.</summary>
    public static bool Is(PostgresException fault) => fault.SqlState is ['2', '3', ..] or ['2', '2', ..] or PostgresErrorCodes.RaiseException;

    /// <summary>Names code, column and reason of a row that was refused. No message of the server's: those hold values.</summary>
    /// <param name="fault">With what the server refused the row.</param>
    /// <param name="parsedByServer">The columns that the server alone parses.</param>
    public static (RejectCode Code, string? Column, string Reason) Describe(PostgresException fault, IReadOnlyList<TargetColumn> parsedByServer)
    {
        // Of an assignment the server does not name the column; where one alone can be meant, it is that.
        var column = parsedByServer is [var only] ? only.Name : null;
        var type = parsedByServer is [var typed] ? $"the type {typed.Type}" : "the type of its column";
        return fault.SqlState switch
        {
            PostgresErrorCodes.UniqueViolation => (RejectCode.DuplicateKey, null, $"its key is there already ({fault.ConstraintName})"),
            PostgresErrorCodes.CheckViolation => (RejectCode.Constraint, fault.ColumnName ?? column, $"refused by the check {fault.ConstraintName}"),
            PostgresErrorCodes.ForeignKeyViolation => (RejectCode.Constraint, null, $"refers to a row that is not there ({fault.ConstraintName})"),
            PostgresErrorCodes.ExclusionViolation => (RejectCode.Constraint, null, $"excluded by another row ({fault.ConstraintName})"),
            PostgresErrorCodes.NotNullViolation => (RejectCode.NotNull, fault.ColumnName ?? column, "empty, and the table does not take NULL"),
            PostgresErrorCodes.StringDataRightTruncation => (RejectCode.TooLong, column, $"longer than {type} takes"),
            PostgresErrorCodes.NumericValueOutOfRange => (RejectCode.OutOfRange, column, $"out of the range of {type}"),
            PostgresErrorCodes.InvalidDatetimeFormat or PostgresErrorCodes.DatetimeFieldOverflow => (RejectCode.Timestamp, column, $"no date or time of {type}"),
            PostgresErrorCodes.RaiseException => (RejectCode.Constraint, null, "refused by a trigger of the table"),
            ['2', '2', ..] => (RejectCode.Constraint, column, $"not a value of {type} (SQLSTATE {fault.SqlState})"),
            _ => (RejectCode.Constraint, null, $"refused by the table (SQLSTATE {fault.SqlState})"),
        };
    }
}
