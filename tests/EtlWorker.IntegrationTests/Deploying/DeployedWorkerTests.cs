using System.Net;
using Amazon.Runtime;
using Amazon.S3.Model;
using Amazon.SQS.Model;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Deploying;

/// <summary>What <c>terraform apply</c> makes, used by the real worker in its role where signatures and policies are enforced.</summary>
[Collection(Deployed.Name)]
public sealed class DeployedWorkerTests(Deployment deployment, PostgresServer postgres) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly CancellationTokenSource _patience = new(Patience);

    [Fact]
    public async Task A_second_plan_changes_nothing()
    {
        deployment.OrSkip();

        var (exit, said) = await deployment.Module.RunAsync(_patience.Token, "plan", "-detailed-exitcode", "-input=false", "-no-color");

        Assert.True(exit == 0, said);
    }

    [Fact]
    public async Task An_upload_reaches_the_worker_which_succeeds_with_its_role_alone()
    {
        deployment.OrSkip();
        using var sample = new SampleDirectory(orders: 500, badRows: 1);
        var database = await postgres.CreateMigratedDatabaseAsync(_patience.Token);
        using var role = await deployment.AssumeWorkerRoleAsync(_patience.Token);
        await using var enforced = await deployment.EnforceAsync();

        // AWS's events name a version, moto's do not.
        var put = await PutAsync(Admin, Landing, "orders_data/versioned.csv", "versioned");
        using (await role.S3.GetObjectAsync(Landing, "orders_data/versioned.csv", put.VersionId, _patience.Token))
        {
        }

        await using var worker = WorkerProcess.Start(EnvironmentOf(role, database));
        await worker.SeeAsync("Listening on", _patience.Token);
        // Left to the redrive policy by a call of its own, ChangeMessageVisibility.
        await Admin.Sqs.SendMessageAsync(deployment.Outputs["queue_url"], "nobody can read this", _patience.Token);
        await worker.SeeAsync("cannot be read", _patience.Token);
        string[] files =
        [
            "reference/dim_products", "reference/dim_dates", "orders_data/orders", "orders_data/reviews", "orders_data/shipment_deliveries",
        ];
        foreach (var file in files)
        {
            await PutAsync(
                Admin, Landing, $"{file}.csv",
                await File.ReadAllTextAsync(Path.Combine(sample.Path, $"{Path.GetFileName(file)}.csv"), _patience.Token));
        }

        var notice = await NextSuccessAsync();
        Assert.Equal("succeeded", notice.Attributes["status"]);
        Assert.StartsWith(
            "ingestion_date,", await ReadAsync(Admin, Results, "analytics_export/retail/agg_shipments.csv"), StringComparison.Ordinal);
        Assert.Contains($"s3://{Results}/rejected/retail/", notice.Body, StringComparison.Ordinal);
        Assert.Equal(0, await worker.StopAsync(_patience.Token));
        // What is denied is reported as a warning, and tried again.
        Assert.DoesNotMatch("(?i)denied|not authorized|could not be hidden|not deleted|signature", worker.Output);
        var queue = await Admin.Sqs.GetQueueAttributesAsync(
            deployment.Outputs["queue_url"], ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"], _patience.Token);
        Assert.Equal(1, queue.ApproximateNumberOfMessages + queue.ApproximateNumberOfMessagesNotVisible);
    }

    /// <summary>Each is tried by the administrator as well, so that nothing else than the policy refuses it.</summary>
    [Fact]
    public async Task Nothing_else_passes()
    {
        deployment.OrSkip();
        await PrepareAsync();
        using var role = await deployment.AssumeWorkerRoleAsync(_patience.Token);
        await using var enforced = await deployment.EnforceAsync();

        var passed = new List<string>();
        foreach (var (name, attempt) in Forbidden())
        {
            if (!await IsDeniedAsync(() => attempt(role)))
            {
                passed.Add(name);
            }

            await attempt(Admin);
        }

        Assert.Empty(passed);
    }

    [Fact]
    public async Task The_role_has_its_own_policies_and_none_of_AWS_s()
    {
        deployment.OrSkip();
        var role = ("RoleName", deployment.Outputs["role_arn"].Split('/')[^1]);

        Assert.Equal(
            "", (await Admin.CallAsync("iam", "2010-05-08", "ListAttachedRolePolicies", _patience.Token, role))("AttachedPolicies").Trim());
        Assert.Equal(
            ["session-manager", "worker"],
            (await Admin.CallAsync("iam", "2010-05-08", "ListRolePolicies", _patience.Token, role))("PolicyNames").Split(' ').Order());
    }

    [Fact]
    public async Task A_wrong_secret_opens_nothing()
    {
        deployment.OrSkip();
        await PutAsync(Admin, Landing, "orders_data/kept.csv", "kept");
        using var role = await deployment.AssumeWorkerRoleAsync(_patience.Token);
        using var wrong = new SignedIn(
            deployment.Endpoint, Deployment.Region, new ImmutableCredentials(role.Keys.AccessKey, new string('x', 40), role.Keys.Token));
        await using var enforced = await deployment.EnforceAsync();

        Assert.True(await IsDeniedAsync(() => ReadAsync(wrong, Landing, "orders_data/kept.csv")));
        Assert.Equal("kept", await ReadAsync(role, Landing, "orders_data/kept.csv"));
    }

    public void Dispose() => _patience.Dispose();

    private SignedIn Admin => deployment.Administrator;

    private string Landing => deployment.Outputs["landing_bucket"];

    private string Results => deployment.Outputs["results_bucket"];

    private string Artefacts => deployment.Outputs["artefact_bucket"];

    private string OtherTopic => deployment.Outputs["topic_arn"] + "-of-others";

    private string OtherQueue => deployment.Outputs["queue_url"] + "-of-others";

    private IEnumerable<(string Name, Func<SignedIn, Task> Attempt)> Forbidden()
    {
        var token = _patience.Token;
        return
        [
            ("reading another bucket", who => ReadAsync(who, "bucket-of-others", "orders_data/kept.csv")),
            ("listing another bucket", who => who.S3.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = "bucket-of-others" }, token)),
            ("writing another bucket", who => PutAsync(who, "bucket-of-others", "rejected/new.csv", "x")),
            ("reading the landing bucket beside the feeds", who => ReadAsync(who, Landing, "private/kept.csv")),
            ("overwriting a drop", who => PutAsync(who, Landing, "orders_data/kept.csv", "x")),
            ("deleting a drop", who => who.S3.DeleteObjectAsync(Landing, "orders_data/kept.csv", token)),
            ("reading results", who => ReadAsync(who, Results, "analytics_export/kept.csv")),
            ("writing results elsewhere", who => PutAsync(who, Results, "other/new.csv", "x")),
            ("deleting results", who => who.S3.DeleteObjectAsync(Results, "analytics_export/kept.csv", token)),
            ("changing a bucket's notification",
                who => who.S3.PutBucketNotificationAsync(
                    new PutBucketNotificationRequest { BucketName = Results, QueueConfigurations = [] }, token)),
            ("reading the artefact bucket beyond the artefacts", who => ReadAsync(who, Artefacts, "private/kept.csv")),
            ("listing the artefact bucket", who => who.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Artefacts }, token)),
            ("overwriting an artefact", who => PutAsync(who, Artefacts, "releases/another.tar.gz", "x")),
            ("sending to the queue", who => who.Sqs.SendMessageAsync(deployment.Outputs["queue_url"], "x", token)),
            ("receiving from another queue", who => who.Sqs.ReceiveMessageAsync(OtherQueue, token)),
            ("receiving from the dead-letter queue", who => who.Sqs.ReceiveMessageAsync(
                deployment.Outputs["dead_letter_queue_url"], token)),
            ("purging the queue", who => who.Sqs.PurgeQueueAsync(deployment.Outputs["queue_url"], token)),
            ("publishing to another topic", who => who.SnsAsync("Publish", token, ("TopicArn", OtherTopic), ("Message", "x"))),
            ("subscribing to the topic", who => who.SnsAsync("Subscribe", token,
                ("TopicArn", deployment.Outputs["topic_arn"]), ("Protocol", "email"), ("Endpoint", "somebody@example.com"))),
            ("making keys", who => who.CallAsync("iam", "2010-05-08", "CreateAccessKey", token, ("UserName", "administrator"))),
        ];
    }

    /// <summary>What there is to be reached, by somebody whom nobody asks yet.</summary>
    private async Task PrepareAsync()
    {
        await Admin.S3.PutBucketAsync(
            new PutBucketRequest { BucketName = "bucket-of-others", BucketRegionName = Deployment.Region }, _patience.Token);
        await Admin.Sqs.CreateQueueAsync("etlworker-drops-of-others", _patience.Token);
        await Admin.SnsAsync("CreateTopic", _patience.Token, ("Name", "etlworker-notices-of-others"));
        foreach (var (bucket, key) in new[]
        {
            ("bucket-of-others", "orders_data/kept.csv"), (Landing, "orders_data/kept.csv"), (Landing, "private/kept.csv"),
            (Results, "analytics_export/kept.csv"), (Artefacts, "private/kept.csv"),
        })
        {
            await PutAsync(Admin, bucket, key, "kept");
        }
    }

    /// <summary>
    /// The instance's own environment, but for its path, its host's database, and the credentials that EC2 would hand out.
    /// </summary>
    private Dictionary<string, string> EnvironmentOf(SignedIn role, string connectionString)
    {
        var environment = deployment.Outputs["environment"].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        environment["ETLWORKER__PIPELINE__DEFINITION"] = Path.Combine(Repository.RetailDefinition, "pipeline.json");
        environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] = connectionString;
        environment.Remove("ETLWORKER__DATABASE__AUTHENTICATION");
        environment["AWS_ENDPOINT_URL"] = deployment.Endpoint.ToString().TrimEnd('/');
        environment["AWS_ACCESS_KEY_ID"] = role.Keys.AccessKey;
        environment["AWS_SECRET_ACCESS_KEY"] = role.Keys.SecretKey;
        environment["AWS_SESSION_TOKEN"] = role.Keys.Token;
        return environment;
    }

    private async Task<ReceivedNotice> NextSuccessAsync()
    {
        var successes = (await Admin.Sqs.GetQueueUrlAsync("etlworker-successes", _patience.Token)).QueueUrl;
        while (true)
        {
            var response = await Admin.Sqs.ReceiveMessageAsync(
                new ReceiveMessageRequest { QueueUrl = successes, WaitTimeSeconds = 10 }, _patience.Token);
            if (response.Messages is [var message])
            {
                return ReceivedNotice.FromEnvelope(message.Body);
            }
        }
    }

    private Task<PutObjectResponse> PutAsync(SignedIn who, string bucket, string key, string text) =>
        who.S3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, ContentBody = text }, _patience.Token);

    private async Task<string> ReadAsync(SignedIn who, string bucket, string key)
    {
        using var response = await who.S3.GetObjectAsync(bucket, key, _patience.Token);
        using var reader = new StreamReader(response.ResponseStream);
        return await reader.ReadToEndAsync(_patience.Token);
    }

    private static async Task<bool> IsDeniedAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return false;
        }
        catch (AmazonServiceException refused) when (refused.StatusCode == HttpStatusCode.Forbidden)
        {
            return true;
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.Forbidden)
        {
            return true;
        }
    }
}
