using System.Net;
using Amazon.Runtime;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Running;

/// <summary>Sorts what went wrong, once.</summary>
internal static class FailureSorter
{
    public static SortedFailure Sort(Exception fault) => fault switch
    {
        RunFailedException known => new SortedFailure(FaultKind.Permanent, known.Message, known.Remedy),
        DatabaseUnreachableException unreachable => new SortedFailure(FaultKind.Unreachable, unreachable.Message, unreachable.Remedy),
        RunTakenException => new SortedFailure(FaultKind.Passing, fault.Message, ""),
        RunDelayedException delayed => new SortedFailure(FaultKind.Passing, delayed.Message, ""),
        PostgresException server when PostgresFault.KindOf(server) is var kind and not FaultKind.Permanent =>
            new SortedFailure(kind, PostgresFault.Describe(server), ""),
        PostgresException server =>
            new SortedFailure(FaultKind.Permanent, $"PostgreSQL refused: {PostgresFault.Describe(server)}", RemedyFor(server)),
        NpgsqlException => new SortedFailure(FaultKind.Passing, $"database: {ConnectFault.WithCause(fault)}", ""),
        AmazonServiceException service => SortService(service),
        // A cancellation that nobody asked for is an HTTP client's time limit; the callers sort out the others.
        _ when AwsFault.IsPassing(fault) => new SortedFailure(FaultKind.Passing, ConnectFault.WithCause(fault), ""),
        TimeZoneNotFoundException or InvalidTimeZoneException => new SortedFailure(FaultKind.Permanent,
            $"the run's time zone is not known on this machine: {fault.Message}",
            "Install the time zones (package tzdata), and restart the service."),
        _ => new SortedFailure(
            FaultKind.Permanent, $"{fault.GetType().Name}: {fault.Message}",
            "This is a fault of the program: keep the journal (journalctl -u etlworker) and report it.", fault),
    };

    /// <summary>Sorts what ended a stage, and says whether the drop that was being loaded is at fault.</summary>
    public static SortedFailure Sort(StageFailedException failed)
    {
        var sorted = Sort(failed.InnerException!);
        return sorted with { AtFault = sorted.Kind == FaultKind.Permanent && IsOfContents(failed.InnerException!) ? failed.Loading : null };
    }

    /// <summary>
    /// Whether the contents of a file may be what a load failed by, and not a connection, a right, room or a table that any other file
    /// would lack as well.
    /// </summary>
    private static bool IsOfContents(Exception fault) => fault switch
    {
        RunFailedException known => known.IsOfFile,
        // Data exceptions, constraints, raised by a trigger, program limits: of a row.
        PostgresException server => server.SqlState[..2] is "22" or "23" or "P0" or "54",
        RunTakenException or NpgsqlException or TimeZoneNotFoundException or InvalidTimeZoneException => false,
        _ => AwsFault.Classify(fault) is null or AwsFaultKind.Archived,
    };

    private static SortedFailure SortService(AmazonServiceException service) => AwsFault.Classify(service) switch
    {
        AwsFaultKind.Clock => new SortedFailure(FaultKind.Passing,
            $"AWS refused a request because this machine's clock is wrong ({service.ErrorCode})",
            "Set the clock right: timedatectl, systemctl restart chronyd."),
        AwsFaultKind.NoBucket => new SortedFailure(FaultKind.Permanent,
            $"S3: {service.Message}",
            "Create it, or correct PIPELINE__BUCKET (where files land) or PIPELINE__RESULTSBUCKET (where results go), "
                + "and restart the service."),
        AwsFaultKind.Archived => new SortedFailure(FaultKind.Permanent,
            "S3: the object is archived, in Glacier or a class like it (InvalidObjectState)",
            "Restore it (aws s3api restore-object), or drop the file again; let no lifecycle rule archive what is still to be loaded."),
        AwsFaultKind.Key => new SortedFailure(FaultKind.Permanent,
            $"S3: the KMS key of the object or of the bucket cannot be used ({service.ErrorCode})",
            "Enable the key, or cancel its deletion; give the worker's role kms:Decrypt on it, and kms:GenerateDataKey for the results."),
        AwsFaultKind.Region => new SortedFailure(FaultKind.Permanent,
            $"S3: the bucket is in another region ({service.ErrorCode}): {service.Message}",
            "Set AWS_REGION to the bucket's; bucket, queue and worker belong into one region."),
        // 405 is a delete marker to whoever reads a version, which is told apart before; a write is refused with it.
        AwsFaultKind.Changed or AwsFaultKind.Missing when service.StatusCode != HttpStatusCode.MethodNotAllowed => new SortedFailure(
            FaultKind.Permanent,
            $"S3: the object was deleted or overwritten after its event ({service.ErrorCode})", "Drop the file again."),
        AwsFaultKind.Denied => new SortedFailure(FaultKind.Permanent,
            $"access denied ({service.ErrorCode})",
            "Give the worker's role the right to read the landing bucket's object versions and to write the results."),
        AwsFaultKind.Passing => new SortedFailure(FaultKind.Passing, $"AWS answered {(int)service.StatusCode} {service.ErrorCode}", ""),
        _ => new SortedFailure(FaultKind.Permanent,
            $"AWS refused the request: {service.ErrorCode} {service.Message}", "Check region, bucket and keys in the configuration."),
    };

    private static string RemedyFor(PostgresException server) => server.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.FeatureNotSupported
            when server.MessageText.Contains("row-level security", StringComparison.Ordinal) =>
            "Row-level security keeps the worker's login from its table: let the login own the table without FORCE, or give it BYPASSRLS; "
            + "COPY takes no policies.",
        PostgresErrorCodes.UniqueViolation =>
            $"The file holds two rows with the same key ({server.TableName}, constraint {server.ConstraintName}): "
                + "mend it and drop it again.",
        PostgresErrorCodes.CheckViolation or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.NotNullViolation =>
            $"The rows break {server.ConstraintName ?? server.ColumnName} of {server.TableName}: mend the file and drop it again.",
        PostgresErrorCodes.InsufficientPrivilege =>
            "Grant the worker's login what it needs: to truncate and fill the staging tables, and to replace rows of the analyses' tables.",
        PostgresErrorCodes.DiskFull => "The database's disk is full: make room, then drop the files again.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn =>
            "Run `etlworker migrate` with this version; if a table of your own is meant, create it.",
        _ => "Look into PostgreSQL's log for this time; mend the cause, then drop the files again.",
    };
}
