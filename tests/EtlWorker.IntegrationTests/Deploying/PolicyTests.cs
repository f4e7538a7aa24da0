using System.Globalization;
using System.Text.Json;
using Xunit;

namespace EtlWorker.IntegrationTests.Deploying;

/// <summary>
/// What the module's policies decide, by a simulator of IAM: conditions, and policies of buckets, queues and the topic, which moto does
/// not evaluate.
/// </summary>
[Collection(Deployed.Name)]
public sealed class PolicyTests(Deployment deployment, Simulator simulator) : IClassFixture<Simulator>
{
    private const string Worker = $"arn:aws:sts::{Deployment.Account}:assumed-role/etlworker-worker/i-0123456789abcdef0";
    private const string Administrator = $"arn:aws:iam::{Deployment.Account}:user/administrator";
    private const string Landing = $"arn:aws:s3:::etlworker-landing-{Deployment.Account}-{Deployment.Region}";
    private const string Results = $"arn:aws:s3:::etlworker-results-{Deployment.Account}-{Deployment.Region}";
    private const string Definitions = $"arn:aws:s3:::etlworker-definitions-{Deployment.Account}-{Deployment.Region}";
    private const string Artefacts = $"arn:aws:s3:::etlworker-artefacts-{Deployment.Account}-{Deployment.Region}";
    private const string Queue = $"arn:aws:sqs:{Deployment.Region}:{Deployment.Account}:etlworker-drops";
    private const string Successes = $"arn:aws:sqs:{Deployment.Region}:{Deployment.Account}:etlworker-successes";
    private const string Topic = $"arn:aws:sns:{Deployment.Region}:{Deployment.Account}:etlworker-notices";
    private const string Alarm = $"arn:aws:cloudwatch:{Deployment.Region}:{Deployment.Account}:alarm:etlworker-dead-letters";

    private static readonly JsonElement Everything =
        JsonSerializer.Deserialize<JsonElement>(
            """{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] }""");

    [Fact]
    public async Task The_worker_may_do_what_it_does_and_nothing_else() => await AssertAsync(() =>
    [
        .. Allowed(ByWorker,
            ("s3:GetObject", $"{Landing}/orders_data/orders.csv"), ("s3:GetObjectVersion", $"{Landing}/reference/dim_dates.csv"),
            ("s3:ListBucket", Landing),
            ("s3:PutObject", $"{Results}/analytics_export/retail/agg_shipments.csv"),
            ("s3:AbortMultipartUpload", $"{Results}/rejected/retail/orders.csv"),
            ("sqs:ReceiveMessage", Queue), ("sqs:DeleteMessage", Queue), ("sqs:ChangeMessageVisibility", Queue), ("sns:Publish", Topic),
            ("s3:GetObject", $"{Artefacts}/releases/etlworker-0.0.0-linux-x64.tar.gz"),
            ("s3:GetObject", $"{Artefacts}/releases/another.tar.gz"), ("rds-db:connect", LoginOf("etlworker")),
            ("s3:ListBucket", Definitions), ("s3:GetObject", $"{Definitions}/pipelines/retail/pipeline.lock")),
        .. Refused(ByWorker,
            ("s3:GetObject", $"{Landing}/private/orders.csv"), ("s3:GetObject", "arn:aws:s3:::bucket-of-others/orders_data/orders.csv"),
            ("s3:PutObject", $"{Landing}/orders_data/orders.csv"), ("s3:DeleteObject", $"{Landing}/orders_data/orders.csv"),
            ("s3:DeleteObjectVersion", $"{Landing}/orders_data/orders.csv"),
            ("s3:GetObject", $"{Results}/analytics_export/retail/agg_shipments.csv"),
            ("s3:PutObject", $"{Results}/elsewhere.csv"), ("s3:DeleteObject", $"{Results}/rejected/retail/orders.csv"),
            ("s3:PutBucketPolicy", Landing),
            ("s3:PutObject", $"{Definitions}/pipelines/retail/pipeline.json"), ("s3:GetObject", $"{Definitions}/private/kept.json"),
            ("s3:DeleteObject", $"{Definitions}/pipelines/retail/pipeline.lock"),
            ("s3:GetObject", $"{Artefacts}/private/kept.csv"), ("s3:PutObject", $"{Artefacts}/releases/etlworker-0.0.0-linux-x64.tar.gz"),
            ("sqs:SendMessage", Queue), ("sqs:PurgeQueue", Queue), ("sqs:ReceiveMessage", $"{Queue}-dead"),
            ("sqs:ReceiveMessage", $"{Queue}-of-others"),
            ("sns:Publish", $"{Topic}-of-others"), ("sns:Subscribe", Topic), ("rds-db:connect", LoginOf("postgres")),
            ("secretsmanager:GetSecretValue", $"arn:aws:secretsmanager:{Deployment.Region}:{Deployment.Account}:secret:another-abcdef"),
            ("iam:CreateAccessKey", Administrator), ("sts:AssumeRole", $"arn:aws:iam::{Deployment.Account}:role/another")),
    ]);

    [Fact]
    public async Task Session_Manager_opens_a_shell_and_runs_no_command() => await AssertAsync(() =>
    [
        .. Allowed(ByWorker,
            ("ssm:UpdateInstanceInformation", $"arn:aws:ec2:{Deployment.Region}:{Deployment.Account}:instance/i-0123456789abcdef0"),
            ("ssmmessages:CreateControlChannel", "*"), ("ssmmessages:CreateDataChannel", "*"),
            ("ssmmessages:OpenControlChannel", "*"), ("ssmmessages:OpenDataChannel", "*")),
        .. Refused(ByWorker,
            ("ssm:GetParameter", $"arn:aws:ssm:{Deployment.Region}:{Deployment.Account}:parameter/anything"),
            ("ssm:SendCommand", $"arn:aws:ec2:{Deployment.Region}:{Deployment.Account}:instance/i-00000000000000000"),
            ("ssm:StartSession", $"arn:aws:ec2:{Deployment.Region}:{Deployment.Account}:instance/i-00000000000000000")),
    ]);

    [Fact]
    public async Task The_master_secret_is_read_until_two_hours_after_the_first_apply() => await AssertAsync(() =>
    [
        (At(TimeSpan.FromMinutes(119)), "Allowed"),
        (At(TimeSpan.FromMinutes(121)), "ImplicitlyDenied"),
    ]);

    [Fact]
    public async Task The_uploader_of_another_account_puts_drops_and_nothing_else() => await AssertAsync(() =>
    [
        .. Allowed(
            ByUploader, ("s3:PutObject", $"{Landing}/orders_data/orders.csv"), ("s3:PutObject", $"{Landing}/reference/dim_dates.csv")),
        .. Refused(ByUploader,
            ("s3:PutObject", $"{Landing}/orders.csv"), ("s3:PutObject", $"{Landing}/private/orders.csv"),
            ("s3:GetObject", $"{Landing}/orders_data/orders.csv"),
            ("s3:DeleteObject", $"{Landing}/orders_data/orders.csv"), ("s3:ListBucket", Landing),
            ("s3:PutObject", $"{Results}/rejected/orders.csv"),
            ("s3:PutObject", $"{Artefacts}/releases/etlworker-0.0.0-linux-x64.tar.gz")),
    ]);

    [Fact]
    public async Task The_deployer_writes_definitions_and_nothing_else() => await AssertAsync(() =>
    [
        .. Allowed(
            ByDeployer, ("s3:PutObject", $"{Definitions}/pipelines/retail/pipeline.json"),
            ("s3:PutObject", $"{Definitions}/pipelines/retail/pipeline.lock"),
            ("s3:DeleteObject", $"{Definitions}/pipelines/retail/pipeline.json"), ("s3:ListBucket", Definitions)),
        .. Refused(ByDeployer,
            ("s3:PutObject", $"{Definitions}/elsewhere.json"), ("s3:DeleteObjectVersion", $"{Definitions}/pipelines/retail/pipeline.json"),
            ("s3:PutBucketPolicy", Definitions), ("s3:PutObject", $"{Landing}/orders_data/orders.csv"),
            ("s3:GetObject", $"{Results}/rejected/orders.csv"),
            ("s3:PutObject", $"{Artefacts}/releases/etlworker-0.0.0-linux-x64.tar.gz"), ("sqs:ReceiveMessage", Queue)),
        // And the uploader does not.
        .. Refused(ByUploader, ("s3:PutObject", $"{Definitions}/pipelines/retail/pipeline.json"), ("s3:ListBucket", Definitions)),
    ]);

    [Fact]
    public async Task Only_this_bucket_of_this_account_tells_the_queue() => await AssertAsync(() =>
    [
        (ByS3("s3.amazonaws.com", Landing, Deployment.Account), "Allowed"),
        (ByS3("s3.amazonaws.com", Results, Deployment.Account), "ImplicitlyDenied"),
        // A deleted bucket's name may be taken by another account.
        (ByS3("s3.amazonaws.com", Landing, "210987654321"), "ImplicitlyDenied"),
        (ByS3("sns.amazonaws.com", Landing, Deployment.Account), "ImplicitlyDenied"),
        (ByS3("arn:aws:iam::210987654321:root", Landing, Deployment.Account), "ImplicitlyDenied"),
    ]);

    [Fact]
    public async Task Only_alarms_of_this_deployment_reach_the_topic() => await AssertAsync(() =>
    [
        (ByAlarm("cloudwatch.amazonaws.com", Alarm, Deployment.Account), "Allowed"),
        (
            ByAlarm("cloudwatch.amazonaws.com", Alarm.Replace(":etlworker-", ":another-", StringComparison.Ordinal), Deployment.Account),
            "ImplicitlyDenied"),
        (
            ByAlarm(
                "cloudwatch.amazonaws.com", Alarm.Replace(Deployment.Account, "210987654321", StringComparison.Ordinal), "210987654321"),
            "ImplicitlyDenied"),
        (ByAlarm("events.amazonaws.com", Alarm, Deployment.Account), "ImplicitlyDenied"),
        (ByAlarm("arn:aws:iam::210987654321:user/anybody", Alarm, Deployment.Account), "ImplicitlyDenied"),
    ]);

    [Fact]
    public async Task Without_TLS_nobody_gets_in_not_even_the_administrator() => await AssertAsync(() =>
    [
        .. new[]
        {
            ("s3:GetObject", $"{Landing}/orders_data/orders.csv"), ("s3:ListBucket", Landing),
            ("s3:PutObject", $"{Results}/rejected/orders.csv"),
            ("s3:GetObject", $"{Artefacts}/releases/a.tar.gz"), ("sqs:SendMessage", Queue), ("sqs:ReceiveMessage", $"{Queue}-dead"),
            ("sqs:SendMessage", Successes), ("sns:Publish", Topic),
        }.SelectMany<(string Action, string Resource), (PolicyRequest, string)>(call =>
        [
            (ByAdministrator(call.Action, call.Resource, tls: "true"), "Allowed"),
            (ByAdministrator(call.Action, call.Resource, tls: "false"), "ExplicitlyDenied"),
        ]),
    ]);

    [Fact]
    public async Task Through_the_VPC_s_endpoint_only_these_buckets_are_reached() => await AssertAsync(() =>
    [
        .. Allowed(ThroughEndpoint,
            ("s3:GetObject", $"{Landing}/orders_data/orders.csv"), ("s3:PutObject", $"{Results}/rejected/orders.csv"),
            ("s3:ListBucket", Landing),
            ("s3:GetObject", $"arn:aws:s3:::al2023-repos-{Deployment.Region}-de612dc2/core/package.rpm")),
        .. Refused(ThroughEndpoint,
            ("s3:PutObject", "arn:aws:s3:::bucket-of-others/orders.csv"), ("s3:GetObject", "arn:aws:s3:::bucket-of-others/orders.csv"),
            ("s3:DeleteObject", $"{Landing}/orders_data/orders.csv"),
            ("s3:PutObject", $"arn:aws:s3:::al2023-repos-{Deployment.Region}-de612dc2/core/package.rpm")),
    ]);

    private async Task AssertAsync(Func<IReadOnlyList<(PolicyRequest Request, string Decision)>> cases)
    {
        deployment.OrSkip();
        simulator.OrSkip();
        var all = cases();
        Assert.Equal(
            all.Select(one => $"{one.Request.Name}: {one.Decision}"),
            await simulator.DecideAsync([.. all.Select(one => one.Request)], TestContext.Current.CancellationToken));
    }

    private static IEnumerable<(PolicyRequest, string)> Allowed(
        Func<string, string, PolicyRequest> by, params (string Action, string Resource)[] calls) =>
        calls.Select(call => (by(call.Action, call.Resource), "Allowed"));

    private static IEnumerable<(PolicyRequest, string)> Refused(
        Func<string, string, PolicyRequest> by, params (string Action, string Resource)[] calls) =>
        calls.Select(call => (by(call.Action, call.Resource), "ImplicitlyDenied"));

    private PolicyRequest ByWorker(string action, string resource) => new($"{action} {resource}", Worker, action, resource)
    {
        IdentityPolicies = [Policy("worker"), Policy("session_manager")],
        ResourcePolicy = PolicyOf(resource),
    };

    /// <summary>His own account allows him everything: what he may here is this module's to say.</summary>
    private PolicyRequest ByUploader(string action, string resource) => new($"{action} {resource}", Deployment.Uploader, action, resource)
    {
        IdentityPolicies = [Everything],
        ResourcePolicy = PolicyOf(resource),
    };

    /// <summary>Has no rights of its own: what it may the bucket's policy says.</summary>
    private PolicyRequest ByDeployer(string action, string resource) =>
        new($"deployer: {action} {resource}", Deployment.Deployer, action, resource) { ResourcePolicy = PolicyOf(resource) };

    private PolicyRequest ByAdministrator(string action, string resource, string tls) =>
        new($"{action} {resource}, TLS {tls}", Administrator, action, resource)
        {
            IdentityPolicies = [Everything],
            ResourcePolicy = PolicyOf(resource),
            Context = new Dictionary<string, string> { ["aws:SecureTransport"] = tls },
        };

    private PolicyRequest ByS3(string service, string bucket, string account) =>
        new($"{service} for {bucket} of {account}", service, "sqs:SendMessage", Queue)
        {
            ResourcePolicy = Policy("drops"),
            Context = new Dictionary<string, string> { ["aws:SourceArn"] = bucket, ["aws:SourceAccount"] = account },
        };

    private PolicyRequest ByAlarm(string service, string alarm, string account) =>
        new($"{service} for {alarm}", service, "sns:Publish", Topic)
        {
            ResourcePolicy = Policy("topic"),
            Context = new Dictionary<string, string> { ["aws:SourceArn"] = alarm, ["aws:SourceAccount"] = account },
        };

    private PolicyRequest ThroughEndpoint(string action, string resource) => new($"{action} {resource}", Administrator, action, resource)
    {
        IdentityPolicies = [Everything],
        EndpointPolicy = Policy("endpoint"),
    };

    private PolicyRequest At(TimeSpan after)
    {
        var applied = DateTimeOffset.Parse(deployment.Policies.GetProperty("first_apply").GetString()!, CultureInfo.InvariantCulture);
        return ByWorker("secretsmanager:GetSecretValue", deployment.Outputs["database_secret_arn"]) with
        {
            Name = $"after {after}",
            Context = new Dictionary<string, string>
            {
                ["aws:CurrentTime"] = (applied + after).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
        };
    }

    private string LoginOf(string user) =>
        $"arn:aws:rds-db:{Deployment.Region}:{Deployment.Account}:dbuser:{deployment.Policies.GetProperty("database").GetString()}/{user}";

    private JsonElement Policy(string name) => deployment.Policies.GetProperty(name);

    private JsonElement? PolicyOf(string resource) =>
        resource.StartsWith(Landing, StringComparison.Ordinal) ? Policy("buckets").GetProperty("landing")
        : resource.StartsWith(Results, StringComparison.Ordinal) ? Policy("buckets").GetProperty("results")
        : resource.StartsWith(Definitions, StringComparison.Ordinal) ? Policy("buckets").GetProperty("definitions")
        : resource.StartsWith(Artefacts, StringComparison.Ordinal) ? Policy("buckets").GetProperty("artefacts")
        : resource == Queue ? Policy("drops")
        : resource == $"{Queue}-dead" ? Policy("dead")
        : resource == Successes ? Policy("successes")
        : resource == Topic ? Policy("topic")
        : null;
}
