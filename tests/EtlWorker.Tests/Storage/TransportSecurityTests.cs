using EtlWorker.Storage;
using Npgsql;
using Xunit;

namespace EtlWorker.Tests.Storage;

public sealed class TransportSecurityTests
{
    private const string NoFile = "/nowhere/rds-ca.pem";
    private static readonly string SomeFile = typeof(TransportSecurityTests).Assembly.Location;

    [Theory]
    [InlineData("db.example")]
    [InlineData("etl.abc123.af-south-1.rds.amazonaws.com")]
    [InlineData("10.0.0.1")]
    [InlineData("128.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("fd00::1")]
    [InlineData("localhost.example")]
    [InlineData("127.0.0.1,db.example")]
    [InlineData("127.0.0.1:5433,db.example:5434")]
    public void A_server_elsewhere_must_prove_who_it_is(string host)
    {
        var connection = Completed($"Host={host}", rdsCa: SomeFile);

        Assert.Equal(
            (SslMode.VerifyFull, SomeFile, false), (connection.SslMode, connection.RootCertificate, TransportSecurity.IsWeak(connection)));
        Assert.Equal($"TLS VerifyFull by {SomeFile}", TransportSecurity.Describe(connection));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::1")]
    [InlineData("localhost")]
    [InlineData("LocalHost")]
    [InlineData("/var/run/postgresql")]
    [InlineData("@abstract")]
    [InlineData("127.0.0.1:5433,localhost:5434,/run/pg")]
    public void Within_this_machine_nothing_is_asked_for(string host)
    {
        var connection = Completed($"Host={host}", rdsCa: SomeFile);

        Assert.Equal(
            (new NpgsqlConnectionStringBuilder().SslMode, null, false),
            (connection.SslMode, connection.RootCertificate, TransportSecurity.IsWeak(connection)));
        Assert.Equal("a connection within this machine", TransportSecurity.Describe(connection));
    }

    [Fact]
    public void A_token_is_not_shown_to_a_server_that_nobody_knows_not_even_on_this_machine() =>
        Assert.Equal(SslMode.VerifyFull, Completed("Host=127.0.0.1", isDemanded: true).SslMode);

    [Theory]
    [InlineData("SSL Mode=Disable", SslMode.Disable, true)]
    [InlineData("SslMode=Prefer", SslMode.Prefer, true)]
    [InlineData("ssl mode=require", SslMode.Require, true)]
    [InlineData("Ssl Mode=VerifyCA", SslMode.VerifyCA, true)]
    [InlineData("SSL Mode=VerifyFull", SslMode.VerifyFull, false)]
    public void What_the_operator_says_stands_and_less_is_weak(string said, SslMode mode, bool isWeak)
    {
        var connection = Completed($"Host=db.example;{said}", isDemanded: true);

        Assert.Equal((mode, isWeak), (connection.SslMode, TransportSecurity.IsWeak(connection)));
        Assert.False(TransportSecurity.IsWeak(Completed($"Host=127.0.0.1;{said}")));
    }

    [Fact]
    public void The_operator_s_own_certificates_stand_and_without_a_file_the_system_s_are_taken()
    {
        Assert.Equal("/etc/mine.pem", Completed("Host=db;Root Certificate=/etc/mine.pem", rdsCa: SomeFile).RootCertificate);
        var system = Completed("Host=db");
        Assert.Null(system.RootCertificate);
        Assert.Equal("TLS VerifyFull by the system's certificates", TransportSecurity.Describe(system));
    }

    private static NpgsqlConnectionStringBuilder Completed(string connectionString, bool isDemanded = false, string rdsCa = NoFile)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        TransportSecurity.Complete(connection, isDemanded, rdsCa);
        return connection;
    }
}
