using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>Who the server is and who the worker is: a PostgreSQL with TLS and a password, and the real binary.</summary>
public sealed class TransportTests(SecuredPostgres postgres) : IClassFixture<SecuredPostgres>
{
    private const string Verified = "Host=127.0.0.1;SSL Mode=VerifyFull";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_whose_certificate_is_in_the_bundle_gets_the_password()
    {
        var (exit, said) = await MigrateAsync($"Host={SecuredPostgres.Elsewhere};Root Certificate={postgres.RightCa}");

        Assert.True(exit == 0, said);
        Assert.Contains("applied", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_a_certificate_of_another_CA_is_refused_and_the_file_is_named()
    {
        var (exit, said) = await MigrateAsync($"{Verified};Root Certificate={postgres.WrongCa}");

        Assert.Equal(1, exit);
        Assert.Contains("The database is out of reach: the server's TLS certificate was refused", said, StringComparison.Ordinal);
        Assert.Contains(
            $"its CA must stand in {postgres.WrongCa}: for RDS fetch its CA bundle to /etc/etlworker/rds-ca.pem", said,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_another_name_is_refused_and_the_name_is_asked_for()
    {
        var (exit, said) = await MigrateAsync($"Host=localhost;SSL Mode=VerifyFull;Root Certificate={postgres.RightCa}");

        Assert.Equal(1, exit);
        Assert.Contains("Host in DATABASE__CONNECTIONSTRING must be a name that the certificate has", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_CA_of_its_own_a_server_elsewhere_is_judged_by_the_system_s()
    {
        Assert.SkipWhen(File.Exists("/etc/etlworker/rds-ca.pem"), "this machine has an RDS CA bundle");

        var (exit, said) = await MigrateAsync($"Host={SecuredPostgres.Elsewhere}");

        Assert.Equal(1, exit);
        Assert.Contains(
            "its CA must stand in the system's certificates: for RDS fetch its CA bundle to /etc/etlworker/rds-ca.pem", said,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_holds_no_certificate_is_named()
    {
        var empty = Path.GetTempFileName();
        try
        {
            var (exit, said) = await MigrateAsync($"{Verified};Root Certificate={empty}");

            Assert.Equal(1, exit);
            Assert.Contains(empty, said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(empty);
        }
    }

    [Fact]
    public async Task A_wrong_password_names_the_credential_file_and_never_the_password()
    {
        var (exit, said) = await MigrateAsync($"{Verified};Root Certificate={postgres.RightCa}", "hunter2");

        Assert.Equal(1, exit);
        Assert.Contains("PostgreSQL refused: password authentication failed for user \"etlworker\" (SQLSTATE 28P01). "
            + "Put the right password into the credential file DATABASE__PASSWORD", said, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_password_where_one_is_asked_for_the_ways_to_give_one_are_named()
    {
        var (exit, said) = await MigrateAsync($"{Verified};Root Certificate={postgres.RightCa}", password: null);

        Assert.Equal(1, exit);
        Assert.Contains(
            "PostgreSQL asks for a password and there is none. Put it into the credential file DATABASE__PASSWORD", said,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_may_not_come_without_TLS_is_told_so()
    {
        var (exit, said) = await MigrateAsync("Host=127.0.0.1;SSL Mode=Disable");

        Assert.Equal(1, exit);
        Assert.Contains("SSL Mode in DATABASE__CONNECTIONSTRING asks for the TLS that the server demands", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ETLWORKER__DATABASE__PASSWORD", "DATABASE__PASSWORD stands in the environment")]
    [InlineData("PGPASSWORD", "PGPASSWORD is set")]
    [InlineData("PGPASSFILE", "PGPASSFILE is set")]
    public async Task A_password_in_the_environment_is_a_fault_of_the_configuration(string variable, string fault)
    {
        var environment = new Dictionary<string, string>
        {
            ["ETLWORKER__DATABASE__CONNECTIONSTRING"] = "Host=db.example;Database=etl;Username=u;Passwort=x",
            [variable] = "hunter2",
        };
        await using var migrate = WorkerProcess.Start(environment, "migrate");

        Assert.Equal(78, await migrate.ExitAsync(Token));
        Assert.Contains("2 faults", migrate.Output, StringComparison.Ordinal);
        Assert.Contains(fault, migrate.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", migrate.Output, StringComparison.Ordinal);
    }

    private async Task<(int Exit, string Said)> MigrateAsync(string connection, string? password = SecuredPostgres.Password)
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        var environment = new Dictionary<string, string>
        {
            ["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
                $"{connection};Port={database.Port};Database={database.Database};Username={database.Username}",
        };
        using var credentials = password is null ? null : new CredentialDirectory(password);
        if (credentials is not null)
        {
            environment["CREDENTIALS_DIRECTORY"] = credentials.Path;
        }

        await using var migrate = WorkerProcess.Start(environment, "migrate");
        var exit = await migrate.ExitAsync(Token);
        return (exit, migrate.Output);
    }
}
