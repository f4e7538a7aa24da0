using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using EtlWorker.Storage;
using Npgsql;
using Xunit;

namespace EtlWorker.Tests.Storage;

public sealed class ConnectFaultTests
{
    private static readonly DatabaseOptions Password = new("", null);
    private static readonly DatabaseOptions Iam =
        Password with { Authentication = DatabaseAuthentication.Iam, Region = RegionEndpoint.AFSouth1 };

    [Theory]
    [InlineData(
        "28P01", "password authentication failed for user \"etlworker\"",
        "Put the right password into the credential file DATABASE__PASSWORD")]
    [InlineData(
        "28000", "PAM authentication failed for user \"etlworker\"",
        "RDS takes this login with an IAM token only: set DATABASE__AUTHENTICATION=iam")]
    [InlineData(
        "28000", "no pg_hba.conf entry for host \"10.0.0.1\", user \"etlworker\", database \"etl\", no encryption",
        "See that the login exists, that pg_hba.conf")]
    [InlineData("3D000", "database \"etl\" does not exist", "Create the database, or correct Database in DATABASE__CONNECTIONSTRING.")]
    [InlineData("42501", "permission denied for database \"etl\"", "Grant the login CONNECT on the database.")]
    [InlineData("F0000", "could not open file", "Look into PostgreSQL's log for this time.")]
    public void What_the_server_refuses_is_told_with_what_to_do(string state, string message, string remedy)
    {
        var explained = Explain(Server(state, message), Password);

        Assert.Equal($"PostgreSQL refused: {message} (SQLSTATE {state})", explained.Message);
        Assert.StartsWith(remedy, explained.Fault.Remedy, StringComparison.Ordinal);
        Assert.Equal($"{explained.Message}. {explained.Fault.Remedy}", explained.Fault.Advice);
    }

    [Theory]
    [InlineData("28000", "PAM authentication failed for user \"etlworker\"")]
    [InlineData("28P01", "password authentication failed for user \"etlworker\"")]
    public void A_token_that_is_denied_is_told_with_the_rights_that_it_takes(string state, string message)
    {
        var explained = Explain(Server(state, message), Iam);

        Assert.StartsWith("PostgreSQL denied the IAM token of etlworker: ", explained.Message, StringComparison.Ordinal);
        Assert.Contains("Grant rds_iam to that login", explained.Fault.Remedy, StringComparison.Ordinal);
        Assert.Contains(
            "rds-db:connect on it (arn:aws:rds-db:af-south-1:ACCOUNT:dbuser:RESOURCE/etlworker)", explained.Fault.Remedy,
            StringComparison.Ordinal);
        Assert.Contains("clock", explained.Fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_credentials_there_is_no_token_and_the_role_is_named()
    {
        var explained = Explain(
            new NpgsqlException("Obtaining password failed", new AmazonClientException("Unable to find credentials.")), Iam);

        Assert.Equal("no IAM token could be made: Unable to find credentials", explained.Message);
        Assert.Contains("the instance's role", explained.Fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_refused_is_told_with_where_to_look()
    {
        var explained = Explain(
            new NpgsqlException(
                "Exception while performing SSL handshake", new AuthenticationException("The remote certificate was rejected.")), Password);

        Assert.Equal("the server's TLS certificate was refused", explained.Message);
        Assert.Contains(
            "Host in DATABASE__CONNECTIONSTRING must be a name that the certificate has", explained.Fault.Remedy, StringComparison.Ordinal);
        Assert.Contains("/ca.pem", explained.Fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_certificates_that_cannot_be_read_is_named() => Assert.Equal(
        "/ca.pem cannot be read: No PEM", Explain(new NpgsqlException("x", new CryptographicException("No PEM.")), Password).Message);

    [Fact]
    public void What_passes_by_itself_asks_for_nothing()
    {
        Exception[] passing =
        [
            new NpgsqlException("Failed to connect to 10.0.0.1:5432", new SocketException(111)), new TimeoutException("connect"),
            new SocketException(11),
            Server("57P03", "the database system is starting up"), Server("53300", "too many connections"),
            Server("57P01", "terminating connection"),
        ];
        Assert.All(passing, fault => Assert.Equal("", Explain(fault, Password).Fault.Remedy));
        Assert.Equal("database: Failed to connect to 10.0.0.1:5432: Connection refused", Explain(passing[0], Password).Fault.Advice);
    }

    private static DatabaseUnreachableException Explain(Exception fault, DatabaseOptions options) =>
        ConnectFault.Explain(fault, options, new NpgsqlConnectionStringBuilder("Host=db;Username=etlworker;Root Certificate=/ca.pem"));

    private static PostgresException Server(string state, string message) => new(message, "FATAL", "FATAL", state);
}
