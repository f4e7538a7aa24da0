using EtlWorker.Hosting;
using EtlWorker.Notify;
using EtlWorker.Objects;
using EtlWorker.Running;
using EtlWorker.Serving;
using EtlWorker.Storage;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EtlWorker.Tests.Hosting;

public sealed class WorkerSettingsTests
{
    private static readonly Dictionary<string, string?> Good = new()
    {
        ["Queue:Url"] = "https://sqs.af-south-1.amazonaws.com/123456789012/drops",
        ["Pipeline:Definition"] = Path.Combine(AppContext.BaseDirectory, "pipelines", "retail", "pipeline.json"),
        ["Pipeline:Bucket"] = "landing",
        ["Database:ConnectionString"] = "Host=db;Database=etl;Username=etlworker",
        ["Notify:TopicArn"] = "arn:aws:sns:af-south-1:123456789012:notices",
    };

    [Fact]
    public void A_good_configuration_has_its_documented_defaults()
    {
        var settings = Read(Good);

        Assert.Equal(new Uri("https://sqs.af-south-1.amazonaws.com/123456789012/drops"), settings.Queue!.Url);
        Assert.Equal(
            new StoreOptions(
                StoreLocation.OfBucketNamed("landing"), StoreLocation.OfBucketNamed("landing"), TimeSpan.FromSeconds(10), null),
            settings.Stores);
        Assert.Equal("Host=db;Database=etl;Username=etlworker", settings.Database.ConnectionString);
        Assert.Equal(
            (null, DatabaseAuthentication.Password, null),
            (settings.Database.Password, settings.Database.Authentication, settings.Database.Region));
        Assert.Equal(
            new TopicOptions("arn:aws:sns:af-south-1:123456789012:notices", new Uri("https://sns.af-south-1.amazonaws.com/"), "af-south-1"),
            settings.Topic);
        Assert.Equal(new RunOptions(5, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), settings.Run);
        Assert.Equal(TimeSpan.FromHours(2), settings.Database.StatementLimit);
        Assert.Equal(new DefinitionOptions(Good["Pipeline:Definition"]!, TimeSpan.FromMinutes(1)), settings.Definition);
    }

    [Fact]
    public void What_is_configured_is_taken()
    {
        var settings = Read(
            Good, ("Pipeline:ResultsBucket", "results"), ("Database:Password", "hunter2"), ("Run:Attempts", "7"),
            ("Run:Interval", "00:00:05"), ("Run:Patience", "00:30:00"),
            ("Log:Level", "debug"), ("Log:Format", "json"), ("Notify:TopicArn", "arn:aws-cn:sns:cn-north-1:123456789012:notices"));

        Assert.Equal(StoreLocation.OfBucketNamed("results"), settings.Stores.Results);
        Assert.Equal("hunter2", settings.Database.Password);
        Assert.Equal(new RunOptions(7, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(30)), settings.Run);
        Assert.Equal(new Uri("https://sns.cn-north-1.amazonaws.com.cn/"), settings.Topic!.Endpoint);
    }

    [Theory]
    [InlineData("00:00:01", 1)]
    [InlineData("23:59:59", 86_399)]
    [InlineData("1.00:00:00", 86_400)]
    public void The_limit_of_a_statement_may_be_up_to_a_day(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(Good, ("Run:StatementTimeout", value)).Database.StatementLimit);

    [Theory]
    [InlineData("Host=db;Database=etl;Username=x;Target Session Attributes=primary", "Target")]
    [InlineData("Host=db;Database=etl;Username=x;Encoding=windows-1252", "speaks UTF-8 with every database")]
    [InlineData("Host=db;Database=etl;Username=x;Client Encoding=LATIN1", "speaks UTF-8 with every database")]
    [InlineData("Host=db;Database=etl;Username=x;Hostt=b", "is no connection string that Npgsql takes")]
    public void A_connection_string_that_no_connection_can_be_made_with_is_refused_with_the_reason(string value, string reason)
    {
        var fault = Fault(new Dictionary<string, string?>(Good) { ["Database:ConnectionString"] = value });

        Assert.Contains(reason, fault, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Neither a queue nor a region, where nothing of AWS is used.</summary>
    [Fact]
    public void A_folder_needs_no_queue_and_has_results_and_a_looking_interval_of_its_own()
    {
        var keys = new Dictionary<string, string?>(Good)
        {
            ["Pipeline:Source"] = "file:///srv/drops/",
            ["Pipeline:Results"] = "file:///srv/results%20of%20it",
            ["Notify:TopicArn"] = "none",
        };
        keys.Remove("Queue:Url");
        keys.Remove("Pipeline:Bucket");

        var settings = Read(keys);

        Assert.Null(settings.Queue);
        Assert.Null(settings.Topic);
        Assert.Equal("/srv/drops", settings.Stores.Source.Folder);
        Assert.Equal("/srv/results of it", settings.Stores.Results.Folder);
        Assert.Equal(TimeSpan.FromMinutes(1), settings.Recovery.Interval);
        keys["Queue:Url"] = Good["Queue:Url"];
        Assert.Contains(
            "QUEUE__URL is set, and the source is a folder or a public bucket, which is looked at: leave it out.", Fault(keys),
            StringComparison.Ordinal);
        keys.Remove("Queue:Url");
        keys["Pipeline:Bucket"] = "landing";
        Assert.Contains(
            "PIPELINE__SOURCE and PIPELINE__BUCKET are both set: leave one of them out.", Fault(keys), StringComparison.Ordinal);
        keys.Remove("Pipeline:Bucket");
        keys.Remove("Pipeline:Results");
        Assert.Contains("PIPELINE__RESULTS is missing: ", Fault(keys), StringComparison.Ordinal);
        keys["Pipeline:Results"] = "/srv/results";
        Assert.Contains("PIPELINE__RESULTS is neither s3://bucket nor file:///folder: ", Fault(keys), StringComparison.Ordinal);
        // What it needs is not asked of a source that cannot be read.
        keys["Pipeline:Results"] = "file:///srv/results";
        keys["Pipeline:Source"] = "/srv/drops";
        Assert.Contains("PIPELINE__SOURCE is neither s3://bucket nor file:///folder: ", Fault(keys), StringComparison.Ordinal);
        Assert.DoesNotContain("QUEUE__URL is missing", Fault(keys), StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_bucket_needs_a_region_and_another_place_for_results_and_neither_a_queue_nor_a_key_of_AWS()
    {
        var keys = new Dictionary<string, string?>(Good)
        {
            ["Pipeline:Anonymous"] = "true",
            ["Pipeline:Region"] = "eu-central-1",
            ["Pipeline:Results"] = "file:///srv/results",
            ["Notify:TopicArn"] = "none",
        };
        Assert.Contains("QUEUE__URL is set, and the source is a folder or a public bucket", Fault(keys), StringComparison.Ordinal);
        keys.Remove("Queue:Url");
        var settings = Read(keys);
        Assert.Equal(("landing", "eu-central-1"), (settings.Stores.Source.Bucket, settings.Stores.PublicIn));
        Assert.True(settings.Stores.IsLookedAt);
        Assert.Equal(TimeSpan.FromMinutes(1), settings.Recovery.Interval);

        keys["Pipeline:Results"] = "s3://landing";
        Assert.Contains("PIPELINE__RESULTS is the public bucket", Fault(keys), StringComparison.Ordinal);
        keys.Remove("Pipeline:Results");
        Assert.Contains("PIPELINE__RESULTS is missing", Fault(keys), StringComparison.Ordinal);
        // Of what is missing, or mistyped, nothing else is said.
        Assert.DoesNotContain("AWS_REGION", Fault(keys), StringComparison.Ordinal);
        keys["Pipeline:Results"] = "file:///srv/results";
        keys["Pipeline:Anonymous"] = "yes";
        Assert.Contains("PIPELINE__ANONYMOUS is neither true nor false", Fault(keys), StringComparison.Ordinal);
        Assert.Contains("1 fault", Fault(keys), StringComparison.Ordinal);
        keys["Pipeline:Anonymous"] = "true";
        keys["Pipeline:Region"] = "eu_west_1";
        Assert.Contains("PIPELINE__REGION is no region, such as eu-west-1", Fault(keys), StringComparison.Ordinal);
        keys["Pipeline:Region"] = "eu-west-1";
        keys["Pipeline:Bucket"] = "s3://landing";
        Assert.Contains(
            "PIPELINE__BUCKET is no bucket's name: give the name alone, without s3://", Fault(keys), StringComparison.Ordinal);
        keys["Pipeline:Bucket"] = "landing";
        keys.Remove("Pipeline:Anonymous");
        Assert.Contains("PIPELINE__REGION is set without PIPELINE__ANONYMOUS=true", Fault(keys), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_known_whatever_their_case()
    {
        var shouted = Good.ToDictionary(entry => entry.Key.ToUpperInvariant(), entry => entry.Value);
        Assert.Equal("landing", Read(shouted).Stores.Source.Bucket);
    }

    [Fact]
    public void Without_any_key_every_required_one_is_named_at_once() => Snapshot.Matches("configuration-empty.txt", Fault([]));

    [Fact]
    public void Every_fault_is_in_one_message()
    {
        var message = Fault(Good,
            ("Queue:Url", "ftp://queue/secret1"), ("Pipeline:Definition", "s3:///secret2.json"), ("Pipeline:Bucket", ""),
            ("Database:ConnectionString", "Host=db;Bogus=secret3"), ("Notify:TopicArn", "arn:aws:sqs:af-south-1:1:secret4"),
            ("Run:Attempts", "secret5"),
            ("Run:Interval", "secret6"), ("Database:Authentication", "secret10"), ("Log:Level", "secret7"), ("Log:Format", "secret8"),
            ("Databse:Password", "secret9"));

        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Snapshot.Matches("configuration-faults.txt", message);
    }

    [Theory]
    [InlineData("Queue:Url", "drops")]
    [InlineData("Queue:Url", "/123456789012/drops")]
    [InlineData("Queue:Url", "https://sqs.af-south-1.amazonaws.com/")]
    [InlineData("Notify:TopicArn", "arn:aws:sns::123456789012:notices")]
    [InlineData("Notify:TopicArn", "arn:aws:sns:af-south-1:123456789012:notices:bdfb0c7b")]
    [InlineData("Notify:TopicArn", "told")]
    [InlineData("Run:Attempts", "0")]
    [InlineData("Run:Attempts", "101")]
    [InlineData("Run:Attempts", "99999999999")]
    [InlineData("Run:Interval", "00:00:00")]
    [InlineData("Run:Interval", "01:00:01")]
    [InlineData("Run:Interval", "-00:01:00")]
    [InlineData("Run:StatementTimeout", "00:00:00")]
    [InlineData("Run:StatementTimeout", "1.00:00:01")]
    [InlineData("Run:StatementTimeout", "00:00:01.5")]
    [InlineData("Run:StatementTimeout", "-02:00:00")]
    [InlineData("Run:StatementTimeout", "2")]
    [InlineData("Run:StatementTimeout", "hunter2")]
    [InlineData("Database:ConnectionString", "Host=db")]
    [InlineData("Database:ConnectionString", "Database=etl")]
    [InlineData("Database:ConnectionString", "hunter2")]
    [InlineData("Database:ConnectionString", "Host=db;Database=etl;Port=hunter2")]
    [InlineData("Database:ConnectionString", "Host=db;Database=etl;Port=99999999999999")]
    [InlineData("Database:ConnectionString", "Host=db;Database=etl;Ssl Mode=hunter2")]
    [InlineData("Database:ConnectionString", "Host=db;Database=etl;Keepalive=-1")]
    [InlineData("Database:ConnectionString", "Host=db;Database=etl;Username=u;Password=hunter2")]
    [InlineData("Database:ConnectionString", "Host=db;Database=etl;Username=u;PWD=hunter2")]
    [InlineData("Database:ConnectionString", "Host=db;Database=etl;Root Certificate=/nowhere/hunter2.pem")]
    [InlineData("Database:Authentication", "hunter2")]
    [InlineData("Database:Authentication", "IAM")]
    [InlineData("Log:Format", "xml")]
    [InlineData("Log:Level", "loud")]
    public void A_bad_value_is_refused_by_its_key_and_never_repeated(string key, string value)
    {
        var message = Fault(Good, (key, value));

        Assert.Contains($"- {ConfigurationKey.NameOf(key)} ", message, StringComparison.Ordinal);
        Assert.StartsWith("etlworker cannot start: 1 fault in its configuration.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_definition_file_is_named() =>
        Assert.Contains("/nowhere/pipeline.json: no such file or folder; PIPELINE__DEFINITION must name the definition",
            Fault(Good, ("Pipeline:Definition", "/nowhere/pipeline.json")), StringComparison.Ordinal);

    [Fact]
    public void A_command_that_needs_the_database_only_takes_its_keys_and_refuses_unknown_ones()
    {
        Assert.Equal(
            "Host=db;Database=etl",
            WorkerSettings.ReadDatabase(From(("Database:ConnectionString", "Host=db;Database=etl"))).ConnectionString);
        var invalid = Assert.Throws<InvalidConfigurationException>(() => WorkerSettings.ReadDatabase(From(("Queue:Uri", "x"))));
        Assert.StartsWith("etlworker cannot start: 2 faults in its configuration.", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_are_as_published() =>
        Snapshot.Matches("configuration-keys.txt", string.Concat(ConfigurationKey.All.Select(key => $"{key.Name,-28}{key.Meaning}\n")));

    [Fact]
    public void Every_key_stands_in_the_README()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.All(ConfigurationKey.All, key => Assert.Contains($"`{key.Name}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_key_is_in_the_list_of_all() =>
        Assert.Equal(
            typeof(ConfigurationKey)
                .GetFields().Where(field => field.FieldType == typeof(ConfigurationKey)).Select(field => field.GetValue(null)),
            ConfigurationKey.All);

    [Fact]
    public void An_IAM_token_takes_the_region_of_the_SDK_s_chain_and_no_password()
    {
        var database = Read(Good, ("Database:Authentication", "iam")).Database;

        Assert.Equal(
            (null, DatabaseAuthentication.Iam, "af-south-1"), (database.Password, database.Authentication, database.Region?.SystemName));
    }

    [Theory]
    [InlineData("Host=db;Database=etl;Username=u;SSL Mode=Disable", "DATABASE__CONNECTIONSTRING has an SSL Mode below Require")]
    [InlineData("Host=db;Database=etl;Username=u;SslMode=Prefer", "DATABASE__CONNECTIONSTRING has an SSL Mode below Require")]
    [InlineData("Host=db;Database=etl;Username=u;ssl mode=allow", "DATABASE__CONNECTIONSTRING has an SSL Mode below Require")]
    [InlineData("Host=db;Database=etl", "DATABASE__CONNECTIONSTRING needs a Username")]
    [InlineData("Host=db,::1;Database=etl;Username=u", "DATABASE__CONNECTIONSTRING needs the RDS endpoint's name as Host")]
    [InlineData("Host=/var/run/postgresql;Database=etl;Username=u", "DATABASE__CONNECTIONSTRING needs the RDS endpoint's name as Host")]
    public void An_IAM_token_goes_to_a_login_and_over_TLS_only(string connectionString, string fault)
    {
        Assert.Contains(
            fault, Fault(Good, ("Database:Authentication", "iam"), ("Database:ConnectionString", connectionString)),
            StringComparison.Ordinal);
        Read(Good, ("Database:ConnectionString", connectionString));
    }

    [Theory]
    [InlineData("Host=db;Database=etl;Username=u;SSL Mode=Require")]
    [InlineData("Host=db;Database=etl;Username=u;SSL Mode=VerifyFull")]
    public void An_IAM_token_may_go_over_any_TLS(string connectionString) =>
        Read(Good, ("Database:Authentication", "iam"), ("Database:ConnectionString", connectionString));

    [Fact]
    public void An_IAM_token_beside_a_password_is_refused()
    {
        var message = Fault(Good, ("Database:Authentication", "iam"), ("Database:Password", "hunter2"));

        Assert.Contains(
            "DATABASE__AUTHENTICATION=iam needs no password, and DATABASE__PASSWORD is one: take one of them away.", message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_appsettings_json_is_refused()
    {
        using var json = new MemoryStream(
            """{ "Database": { "ConnectionString": "Host=db;Database=etl", "Password": "hunter2" } }"""u8.ToArray());
        var invalid = Assert.Throws<InvalidConfigurationException>(
            () => WorkerSettings.ReadDatabase(new ConfigurationBuilder().AddJsonStream(json).Build()));

        Assert.Contains("1 fault", invalid.Message, StringComparison.Ordinal);
        Assert.Contains("- DATABASE__PASSWORD stands in the environment or in appsettings.json", invalid.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", invalid.Message, StringComparison.Ordinal);
    }

    private static WorkerSettings Read(Dictionary<string, string?> good, params (string Key, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?>(good, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in changes)
        {
            values[key] = value;
        }

        return WorkerSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }

    private static string Fault(Dictionary<string, string?> good, params (string Key, string? Value)[] changes) =>
        Assert.Throws<InvalidConfigurationException>(() => Read(good, changes)).Message;

    private static IConfiguration From(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, value.Value))).Build();
}
