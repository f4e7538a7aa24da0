using Npgsql;

namespace EtlWorker.Storage;

/// <summary>Why PostgreSQL takes a statement not.</summary>
/// <param name="SqlState">Five characters.</param>
/// <param name="Line">Of the statement, from 1; null where the server names no place.</param>
/// <param name="Description">What may be reported of it, with its SQLSTATE.</param>
internal sealed record SqlRefusal(string SqlState, int? Line, string Description)
{
    /// <summary>More than one statement: one of them could end the transaction, and the next do anything.</summary>
    public static readonly SqlRefusal OfSeveral = new(
        PostgresErrorCodes.SyntaxError, null, "it is more than one statement. Leave one SELECT without a semicolon in the file");

    /// <summary>What to do, after the description; empty where that says it.</summary>
    public string Remedy => SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => ". Grant the login what the statement needs: select on what it reads",
        PostgresErrorCodes.UndefinedTable => ". Create it, or name the schema that it is in",
        PostgresErrorCodes.LockNotAvailable => ". Somebody else holds a lock on it now: ask again later",
        _ => "",
    };
}
