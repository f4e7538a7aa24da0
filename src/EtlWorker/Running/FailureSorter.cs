using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Running;

/// <summary>Sorts what went wrong, once: transient is tried again, permanent ends the run and is told.</summary>
internal static class FailureSorter
{
    public static SortedFailure Sort(Exception fault) => fault switch
    {
        RunFailedException known => new SortedFailure(false, known.Message, known.Remedy),
        // PgBouncer (08P01) and RDS Proxy (0A000) refuse a session that brings settings of its own.
        LedgerUnreachableException { InnerException: PostgresException { SqlState: PostgresErrorCodes.ProtocolViolation or PostgresErrorCodes.FeatureNotSupported } pooler } =>
            new SortedFailure(false, $"no session was given: {PostgresFault.Describe(pooler)}", "A pooler that takes no session settings stands before the server: let DATABASE__CONNECTIONSTRING name the server itself."),
        LedgerUnreachableException { InnerException: { } inner } => Sort(inner),
        RunTakenException => new SortedFailure(true, fault.Message, ""),
        // Npgsql calls a full disk transient; it stays full until a person makes room.
        PostgresException { IsTransient: true, SqlState: not PostgresErrorCodes.DiskFull } server => new SortedFailure(true, PostgresFault.Describe(server), ""),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.AdminShutdown } server =>
            new SortedFailure(true, PostgresFault.Describe(server), ""),
        PostgresException server => new SortedFailure(false, $"PostgreSQL refused: {PostgresFault.Describe(server)}", RemedyFor(server)),
        NpgsqlException => new SortedFailure(true, $"database: {WithCause(fault)}", ""),
        AmazonServiceException service => SortService(service),
        // A cancellation that nobody asked for is an HTTP client's time limit; the callers sort out the others.
        AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException =>
            new SortedFailure(true, WithCause(fault), ""),
        _ => new SortedFailure(false, $"{fault.GetType().Name}: {fault.Message}", "This is a fault of the program: keep the journal (journalctl -u etlworker) and report it.", fault),
    };

    // "The SSL connection could not be established, see inner exception." helps nobody.
    private static string WithCause(Exception fault) =>
        fault.GetBaseException() is var cause && cause != fault && !fault.Message.Contains(cause.Message, StringComparison.Ordinal)
            ? $"{fault.Message.TrimEnd('.')}: {cause.Message}"
            : fault.Message;

    private static SortedFailure SortService(AmazonServiceException service) => service.StatusCode switch
    {
        HttpStatusCode.NotFound when service.ErrorCode == "NoSuchBucket" => new SortedFailure(false,
            "S3: the bucket does not exist", "Create it, or correct PIPELINE__BUCKET or PIPELINE__RESULTSBUCKET and restart the service."),
        HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed => new SortedFailure(false,
            $"S3: the object was deleted or overwritten after its event ({service.ErrorCode})", "Drop the file again."),
        HttpStatusCode.Forbidden => new SortedFailure(false,
            $"access denied ({service.ErrorCode})", "Give the worker's role the right to read the landing bucket's object versions and to write the results."),
        HttpStatusCode.BadRequest when service.ErrorCode is { } code
            && (code is "RequestTimeout" or "ExpiredToken" or "TokenRefreshRequired" || code.Contains("Throttl", StringComparison.Ordinal)) => Again(service),
        HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed => new SortedFailure(false,
            $"AWS refused the request: {service.ErrorCode} {service.Message}", "Check region, bucket and keys in the configuration."),
        _ => Again(service),
    };

    private static SortedFailure Again(AmazonServiceException service) =>
        new(true, $"AWS answered {(int)service.StatusCode} {service.ErrorCode}", "");

    private static string RemedyFor(PostgresException server) => server.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation =>
            $"The file holds two rows with the same key ({server.TableName}, constraint {server.ConstraintName}): mend it and drop it again.",
        PostgresErrorCodes.CheckViolation or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.NotNullViolation =>
            $"The rows break {server.ConstraintName ?? server.ColumnName} of {server.TableName}: mend the file and drop it again.",
        PostgresErrorCodes.InsufficientPrivilege => "Grant the worker's login what it needs: to truncate and fill the staging tables, and to replace rows of the analyses' tables.",
        PostgresErrorCodes.DiskFull => "The database's disk is full: make room, then drop the files again.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn =>
            "Run `etlworker migrate` with this version; if a table of your own is meant, create it.",
        _ => "Look into PostgreSQL's log for this time; mend the cause, then drop the files again.",
    };
}
