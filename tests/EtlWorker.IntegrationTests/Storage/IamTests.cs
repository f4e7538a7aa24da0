using System.Globalization;
using System.Net;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>RDS IAM tokens: the real binary, through a front that asks for them as RDS does.</summary>
public sealed class IamTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly CertificateAuthority _authority = new("the right CA");
    private readonly string _bundle = Path.GetTempFileName();
    private LocalAws _aws = null!;
    private RdsFront _rds = null!;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var certificate = _authority.Issue(IPAddress.Loopback);
        _rds = new RdsFront(certificate, postgres.Port);
        await File.WriteAllTextAsync(_bundle, _authority.Pem);
    }

    public async ValueTask DisposeAsync()
    {
        await _rds.DisposeAsync();
        await _aws.DisposeAsync();
        _authority.Dispose();
        File.Delete(_bundle);
    }

    [Fact]
    public async Task Each_connection_shows_a_token_of_its_own_for_host_login_and_region()
    {
        await using var rig = await CreateRigAsync();

        var (exit, said) = await rig.CommandAsync("migrate");
        Assert.True(exit == 0, said);
        var migrated = _rds.Tokens.Count;
        Assert.True(migrated > 0, "the ledger's migration, and those of the pipeline");
        using var sample = new SampleDirectory(orders: 100);
        await using (var worker = await rig.StartAsync())
        {
            Assert.Contains("by IAM token over TLS VerifyFull by", worker.Output, StringComparison.Ordinal);
            await rig.DropRequiredAsync(sample.Path);
            await rig.NotifiedAsync("succeeded");
        }

        Assert.True(_rds.Tokens.Count > migrated + 1, "the ledger's connections and the run's session");
        Assert.All(_rds.Tokens, token => Assert.Equal("", RdsFront.FaultOf(token, $"127.0.0.1:{_rds.Port}", "postgres", TimeOf(token))));
    }

    [Theory]
    [InlineData("AWS_SECRET_ACCESS_KEY", "another")]
    [InlineData("AWS_REGION", "us-east-1")]
    [InlineData("AWS_SESSION_TOKEN", "another")]
    public async Task A_token_of_anybody_else_is_denied_and_the_rights_are_named(string variable, string value)
    {
        await using var rig = await CreateRigAsync();
        rig.Environment[variable] = value;

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.Equal(1, exit);
        Assert.Contains("The database is out of reach: PostgreSQL denied the IAM token of postgres: "
            + "PAM authentication failed for user \"postgres\" (SQLSTATE 28000). Grant rds_iam", said, StringComparison.Ordinal);
        Assert.Contains($"arn:aws:rds-db:{rig.Environment["AWS_REGION"]}:ACCOUNT:dbuser:RESOURCE/postgres", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_AWS_credentials_the_instance_s_role_is_asked_for()
    {
        await using var rig = await CreateRigAsync();
        var keys = rig.Environment.Keys.Where(key => key.StartsWith("AWS_", StringComparison.Ordinal) && key != "AWS_REGION");
        foreach (var key in keys.ToList())
        {
            rig.Environment.Remove(key);
        }

        rig.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        rig.Environment["HOME"] = "/nowhere";

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.Equal(1, exit);
        Assert.Contains("The database is out of reach: no IAM token could be made: ", said, StringComparison.Ordinal);
        Assert.Contains("Give this machine AWS credentials: on EC2 the instance's role", said, StringComparison.Ordinal);
        Assert.Empty(_rds.Tokens);
    }

    [Fact]
    public async Task A_token_is_never_shown_to_a_server_without_TLS_nor_to_one_that_nobody_knows()
    {
        await using var rig = await CreateRigAsync();
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] = new NpgsqlConnectionStringBuilder(rig.ConnectionString).ConnectionString;
        var (exit, said) = await rig.CommandAsync("migrate");
        Assert.Equal(1, exit);
        Assert.Contains("the server speaks no TLS. Switch it on there", said, StringComparison.Ordinal);

        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
            new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Port = _rds.Port }.ConnectionString;
        (exit, said) = await rig.CommandAsync("migrate");
        Assert.Equal(1, exit);
        Assert.Contains("the server's TLS certificate was refused", said, StringComparison.Ordinal);
        Assert.Empty(_rds.Tokens);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("load")]
    public async Task While_tokens_are_denied_nothing_counts_as_tried_and_it_goes_on_by_itself(string when)
    {
        await using var rig = await CreateRigAsync();
        await rig.MigrateAsync();
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "1";
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] += ";Pooling=false";
        using var sample = new SampleDirectory(orders: 100);
        await using var worker = await rig.StartAsync();
        if (when == "before")
        {
            _rds.Denies = true;
            await rig.DropRequiredAsync(sample.Path);
        }
        else
        {
            // The run has its session; its journal must open a connection: without a pool always, with one when there is none left.
            await using var roadblock = await Roadblock.RaiseAsync(
                rig, "create trigger roadblock before insert on staging.shipment_deliveries");
            await rig.DropRequiredAsync(sample.Path);
            await roadblock.ReachedAsync();
            _rds.Denies = true;
        }

        await worker.SeeAsync("PostgreSQL denied the IAM token", rig.Token);
        await rig.UntilAsync(() => Task.FromResult(
            System.Text.RegularExpressions.Regex.Count(worker.Output, "Stage .*denied the IAM token.*Grant rds_iam.*Next try") >= 2));
        _rds.Denies = false;

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.notification where kind <> 'succeeded'"));
    }

    private async Task<Rig> CreateRigAsync()
    {
        var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
            new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Port = _rds.Port, RootCertificate = _bundle }.ConnectionString;
        rig.Environment["ETLWORKER__DATABASE__AUTHENTICATION"] = "iam";
        rig.Environment["AWS_REGION"] = RdsFront.Region;
        rig.Environment["AWS_ACCESS_KEY_ID"] = RdsFront.AccessKey;
        rig.Environment["AWS_SECRET_ACCESS_KEY"] = RdsFront.Secret;
        rig.Environment["AWS_SESSION_TOKEN"] = RdsFront.Session;
        return rig;
    }

    private static DateTimeOffset TimeOf(string token) => DateTimeOffset.ParseExact(
        token.Split("X-Amz-Date=")[1][..16], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
