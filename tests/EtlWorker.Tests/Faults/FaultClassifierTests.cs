using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Ledger.Runs;
using EtlWorker.Objects;
using EtlWorker.Storage;
using Npgsql;
using Xunit;

namespace EtlWorker.Tests.Faults;

public sealed class FaultClassifierTests
{
    private const string KeyFault = "S3: the KMS key of the object or of the bucket cannot be used ";

    [Fact]
    public void A_failed_run_keeps_its_own_words()
    {
        var known = Of(new RunFailedException("too many rows refused", "correct them"));

        AssertIs(new Fault(FaultKind.Permanent, "too many rows refused", "correct them"), known);
    }

    public static TheoryData<Exception, bool> LoadFaults => new()
    {
        { new RunFailedException("in/e.csv, line 1: the header", "correct it"), true },
        { new RunFailedException("the table is missing", "create it") { IsOfFile = false }, false },
        { new InvalidDataException("not foreseen"), true },
        { new PostgresException("x", "ERROR", "ERROR", "22008"), true },
        { new PostgresException("x", "ERROR", "ERROR", "23514"), true },
        { new PostgresException("x", "ERROR", "ERROR", "P0001"), true },
        { new PostgresException("x", "ERROR", "ERROR", "54000"), true },
        { new AmazonS3Exception("archived") { StatusCode = HttpStatusCode.Forbidden, ErrorCode = "InvalidObjectState" }, true },
        { new PostgresException("x", "ERROR", "ERROR", "42501"), false },
        { new PostgresException("x", "ERROR", "ERROR", "42P01"), false },
        { new PostgresException("x", "ERROR", "ERROR", "53100"), false },
        { new PostgresException("x", "ERROR", "ERROR", "55P03"), false },
        { new NpgsqlException("connection reset"), false },
        { new AmazonS3Exception("no") { StatusCode = HttpStatusCode.Forbidden, ErrorCode = "AccessDenied" }, false },
        { new IOException("reset"), false },
    };

    [Theory]
    [MemberData(nameof(LoadFaults))]
    public void A_drop_is_at_fault_only_where_its_contents_may_be(Exception fault, bool isAtFault)
    {
        var drop = new Drop { Id = 17, Feed = "events", Bucket = "b", Key = "in/e.csv", Size = 1, EventTime = DateTimeOffset.UnixEpoch };

        var known = Of(fault);

        Assert.Equal(isAtFault ? drop : null, (StageOutcome.Of(RunStage.Load, known, drop) as StageOutcome.Failed)?.AtFault);
        Assert.Null((StageOutcome.Of(RunStage.Load, known, null) as StageOutcome.Failed)?.AtFault);
    }

    [Fact]
    public void A_fault_of_a_connection_is_told_with_what_is_beneath_it() =>
        Assert.Equal("database: Exception while reading from stream: Connection reset by peer",
            Of(
                new NpgsqlException("Exception while reading from stream", new IOException("outer", new SocketException(104)))).Cause);

    [Theory]
    [InlineData("40001", FaultKind.Passing)] // serialization_failure
    [InlineData("40P01", FaultKind.Passing)] // deadlock_detected
    [InlineData("55P03", FaultKind.Passing)] // lock_not_available
    [InlineData("55006", FaultKind.Passing)] // object_in_use
    [InlineData("57014", FaultKind.Passing)] // query_canceled
    [InlineData("25P03", FaultKind.SessionLost)] // idle_in_transaction_session_timeout
    [InlineData("25P04", FaultKind.SessionLost)] // transaction_timeout
    [InlineData("53200", FaultKind.SessionLost)] // out_of_memory
    [InlineData("53300", FaultKind.SessionLost)] // too_many_connections
    [InlineData("57P01", FaultKind.SessionLost)] // admin_shutdown
    [InlineData("57P02", FaultKind.SessionLost)] // crash_shutdown
    [InlineData("57P03", FaultKind.SessionLost)] // cannot_connect_now
    [InlineData("57P05", FaultKind.SessionLost)] // idle_session_timeout
    [InlineData("08006", FaultKind.SessionLost)] // connection_failure
    [InlineData("08003", FaultKind.SessionLost)] // connection_does_not_exist
    [InlineData("58030", FaultKind.SessionLost)] // io_error
    public void What_PostgreSQL_gets_over_by_itself_is_tried_again(string state, FaultKind kind) =>
        AssertIs(new Fault(kind, $"message (SQLSTATE {state})", ""), Of(Server(state)));

    [Fact]
    public void What_is_not_there_yet_is_waited_for() =>
        AssertIs(
            new Fault(FaultKind.Passing, "the source does not show it yet", ""),
            Of(new RunDelayedException("the source does not show it yet")));

    [Theory]
    [InlineData(403, "RequestTimeTooSkewed", "message")]
    [InlineData(400, "RequestExpired", "message")]
    [InlineData(403, "SignatureDoesNotMatch", "Signature expired: 20261126T010000Z is now earlier than 20261126T020000Z")]
    [InlineData(403, "InvalidSignatureException", "Signature not yet current: 20261126T030000Z is still later than 20261126T020000Z")]
    public void A_clock_that_is_wrong_costs_no_day_and_is_named(int status, string code, string message)
    {
        var known = Of(new AmazonS3Exception(message, ErrorType.Unknown, code, "request", (HttpStatusCode)status));

        Assert.Equal(FaultKind.Passing, known.Kind);
        Assert.Contains("clock", known.Cause, StringComparison.Ordinal);
        Assert.Contains("timedatectl", known.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("23505", "The file holds two rows with the same key (orders, constraint pk_orders): correct it and drop it again.")]
    [InlineData("23514", "The rows break pk_orders of orders: correct the file and drop it again.")]
    [InlineData("23503", "The rows break pk_orders of orders: correct the file and drop it again.")]
    [InlineData("23502", "The rows break pk_orders of orders: correct the file and drop it again.")]
    [InlineData(
        "42501",
        "Grant the worker's login what it needs: to truncate and fill the staging tables, and to replace rows of the analyses' tables.")]
    [InlineData("42P01", "Run `etlworker migrate` with this version; if a table of your own is meant, create it.")]
    [InlineData("3F000", "Run `etlworker migrate` with this version; if a table of your own is meant, create it.")]
    [InlineData("42703", "Run `etlworker migrate` with this version; if a table of your own is meant, create it.")]
    [InlineData("53100", "The database's disk is full: make room, then drop the files again.")]
    [InlineData("42601", "Look into PostgreSQL's log for this time; correct the cause, then drop the files again.")]
    [InlineData("F0000", "Look into PostgreSQL's log for this time; correct the cause, then drop the files again.")]
    public void What_PostgreSQL_refuses_for_good_ends_the_run_with_what_to_do(string state, string remedy) =>
        AssertIs(
            new Fault(FaultKind.Permanent, $"PostgreSQL refused: message (SQLSTATE {state})", remedy),
            Of(Server(state)));

    [Fact]
    public void A_not_null_violation_without_a_constraint_names_the_column() =>
        Assert.Equal(
            "The rows break price of orders: correct the file and drop it again.",
            Of(Server("23502", constraint: null)).Remedy);

    [Theory]
    [InlineData("22P02")]
    [InlineData("22001")]
    [InlineData("22021")]
    public void A_data_exception_never_repeats_its_message_because_it_holds_a_value(string state)
    {
        var known = Of(Server(state, message: "invalid input syntax for type integer: \"secret\""));

        Assert.DoesNotContain(
            "secret", Of(Server("22003", message: "\"secret\" is out of range")).Cause, StringComparison.Ordinal);
        Assert.Equal($"PostgreSQL refused: a value that its type does not take (SQLSTATE {state})", known.Cause);
        Assert.False(known.IsTransient);
        Assert.Null(known.Unexpected);
        Assert.DoesNotContain("secret", known.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_detail_of_an_error_is_never_told() =>
        Assert.DoesNotContain(
            "secret", Of(Server("23505", detail: "Key (order_id)=(secret) already exists.")).ToString(),
            StringComparison.Ordinal);

    [Fact]
    public void A_lost_connection_is_tried_again()
    {
        Exception[] lost =
        [
            new NpgsqlException("Exception while reading from stream", new EndOfStreamException()), new HttpRequestException("no route"),
            new IOException("reset"),
            new EndOfStreamException("the source sent 1 bytes of 2."), new SocketException(111), new TimeoutException(),
            new AmazonClientException("no credentials"),
            new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout"),
        ];
        Assert.All(lost, fault =>
        {
            var known = Of(fault);
            Assert.True(known.IsTransient, fault.GetType().Name);
            Assert.Equal("", known.Remedy);
            Assert.Contains(fault.Message, known.Cause, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_run_that_another_worker_took_over_is_looked_at_again() =>
        Assert.True(Of(new RunTakenException(42)).IsTransient);

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(503, "SlowDown")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(400, "RequestTimeout")]
    [InlineData(400, "ExpiredToken")]
    [InlineData(400, "ThrottlingException")]
    [InlineData(0, "")]
    public void What_AWS_gets_over_by_itself_is_tried_again(int status, string code)
    {
        var known = Of(Service(status, code));

        AssertIs(new Fault(FaultKind.Passing, $"AWS answered {status} {code}", ""), known);
    }

    [Theory]
    [InlineData(404, "NoSuchKey", "S3: the object was deleted or overwritten after its event (NoSuchKey)", "Drop the file again.")]
    [InlineData(404, "NoSuchVersion", "S3: the object was deleted or overwritten after its event (NoSuchVersion)", "Drop the file again.")]
    [InlineData(
        412, "PreconditionFailed", "S3: the object was deleted or overwritten after its event (PreconditionFailed)",
        "Drop the file again.")]
    [InlineData(403, "AccessDenied", "access denied (AccessDenied)", "Give the worker's role")]
    [InlineData(400, "InvalidArgument", "AWS refused the request: InvalidArgument message", "Check region, bucket and keys")]
    [InlineData(405, "MethodNotAllowed", "AWS refused the request: MethodNotAllowed message", "Check region, bucket and keys")]
    public void What_AWS_refuses_for_good_ends_the_run_with_what_to_do(int status, string code, string cause, string remedy)
    {
        var known = Of(Service(status, code));

        Assert.Equal((FaultKind.Permanent, cause), (known.Kind, known.Cause));
        Assert.StartsWith(remedy, known.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "InvalidObjectState", "m", "S3: the object is archived, in Glacier or a class like it (InvalidObjectState)", "Rest")]
    [InlineData(400, "KMS.DisabledException", "message", KeyFault + "(KMS.DisabledException)", "Enable")]
    [InlineData(400, "KMS.NotFoundException", "message", KeyFault + "(KMS.NotFoundException)", "Enable")]
    [InlineData(403, "AccessDenied", "User: x is not authorized to perform: kms:Decrypt on it", KeyFault + "(AccessDenied)", "Enable")]
    public void An_archived_object_and_a_key_that_cannot_be_used_are_not_called_an_access_denied(
        int status, string code, string message, string cause, string remedy)
    {
        var known = Of(new AmazonS3Exception(message, ErrorType.Unknown, code, "request", (HttpStatusCode)status));

        Assert.Equal((FaultKind.Permanent, cause), (known.Kind, known.Cause));
        Assert.StartsWith(remedy, known.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("42501", "new row violates row-level security policy for table \"orders\"")]
    [InlineData("42501", "query would be affected by row-level security policy for table \"orders\"")]
    [InlineData("0A000", "COPY FROM not supported with row-level security")]
    public void Row_level_security_is_named_with_what_to_do(string state, string message) =>
        Assert.StartsWith("Row-level security keeps", Of(Server(state, message)).Remedy, StringComparison.Ordinal);

    [Fact]
    public void A_time_zone_that_this_machine_does_not_know_is_no_fault_of_the_program()
    {
        var known = Of(new TimeZoneNotFoundException("Mars/Olympus"));

        Assert.Equal("Install the time zones (package tzdata), and restart the service.", known.Remedy);
        Assert.Null(known.Unexpected);
    }

    [Fact]
    public void Anything_else_is_a_fault_of_the_program_and_keeps_its_stack()
    {
        var fault = new InvalidOperationException("sequence contains no elements");

        var known = Of(fault);

        Assert.Equal((false, "InvalidOperationException: sequence contains no elements"), (known.IsTransient, known.Cause));
        Assert.Same(fault, known.Unexpected);
        Assert.Contains("journalctl", known.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_takes_no_changes_is_out_of_reach_and_says_what_to_look_at()
    {
        var known = Of(Server("25006"));

        Assert.Equal(FaultKind.Unreachable, known.Kind);
        Assert.StartsWith("the database takes no changes: it is a standby, or read-only", known.Cause, StringComparison.Ordinal);
        Assert.Contains("Host in DATABASE__CONNECTIONSTRING", known.Remedy, StringComparison.Ordinal);
    }

    /// <summary>As whoever asked S3 says it, or else the rest of the program.</summary>
    private static Fault Of(Exception fault) => S3Fault.Of(fault, "landing") ?? FaultClassifier.Of(fault);

    private static void AssertIs(Fault expected, Fault known) =>
        Assert.Equal((expected.Kind, expected.Cause, expected.Remedy), (known.Kind, known.Cause, known.Remedy));

    private static PostgresException Server(string state, string message = "message", string? detail = null,
        string? constraint = "pk_orders") => new(
        message, "ERROR", "ERROR", state, detail: detail, position: 1, tableName: "orders", columnName: "price",
            constraintName: constraint);

    private static AmazonS3Exception Service(int status, string code) =>
        new("message", ErrorType.Unknown, code, "request", (HttpStatusCode)status);

    [Fact]
    public void What_keeps_the_ledger_out_of_reach_is_sorted_as_what_it_is()
    {
        var fault = new NpgsqlException("refused");
        AssertIs(
            new Fault(FaultKind.Unreachable, "database: refused", ""),
            Of(new DatabaseUnreachableException("database: refused", "", fault)));
        AssertIs(
            new Fault(FaultKind.Unreachable, "password wrong", "correct it"),
            Of(new DatabaseUnreachableException("password wrong", "correct it", fault)));
    }
}
