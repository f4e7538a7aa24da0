using Amazon.S3.Model;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Objects;

/// <summary>Somebody else's public bucket as the source, read unsigned, through the real binary: no queue, no key of AWS.</summary>
public sealed class PublicBucketTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo _results = Directory.CreateTempSubdirectory("etlworker-results-");
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        _results.Delete(recursive: true);
    }

    [Theory]
    [InlineData("s3:GetObject")]
    [InlineData("s3:GetObject", "s3:ListBucket")]
    public async Task The_reference_feed_gives_exactly_the_expected_answers_whatever_everybody_may(params string[] actions)
    {
        ReferenceAnswers.SkipWithout();
        await using var rig = await CreateRigAsync(ReferenceAnswers.AsOf, actions);
        await using var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync($"Looking at {rig.Aws.Bucket}", rig.Token);
        await rig.DropSetAsync(Repository.Reference);

        await rig.UntilAsync("select exists (select from etl.run where state = 'succeeded')");

        var date = await rig.QueryAsync<string>("select max(run_date)::text from etl.run");
        foreach (var analysis in Rig.Analyses)
        {
            var expected = (await File.ReadAllTextAsync(Path.Combine(Repository.Reference, $"expected_{analysis}.csv"), rig.Token))
                .Replace("\n2022-09-05,", $"\n{date},", StringComparison.Ordinal);
            Assert.Equal(expected, await File.ReadAllTextAsync(
                Path.Combine(_results.FullName, "analytics_export", "retail", $"{analysis}.csv"), rig.Token));
        }

        // The same bytes once more are no drops; another file of the date is held.
        await rig.DropSetAsync(Repository.Reference, (name, text) => name == "reviews.csv" ? text + "1,1\n" : text);
        await rig.UntilAsync("select exists (select from etl.drop where disposition = 'held')");
        Assert.Equal(6, await rig.QueryAsync<long>("select count(*) from etl.drop"));
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.run"));
        Assert.Equal("null null", await rig.QueryAsync<string>(
            "select concat_ws(' ', coalesce(max(version_id), 'null'), coalesce(max(sequencer), 'null')) from etl.drop"));
    }

    [Fact]
    public async Task A_pattern_in_a_bucket_that_may_not_be_listed_is_told_with_what_to_do()
    {
        await using var rig = await CreateRigAsync(null, "s3:GetObject");
        await rig.DefineAsync("{}", """orders "mode": "append" """);
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/orders-*.csv");
        await using var worker = WorkerProcess.Start(rig.Environment);

        await worker.SeeAsync("Give the feed's \"object\" as one key, or with {date} in it", rig.Token);

        // Once it may be listed nothing more is needed.
        await rig.DropAsync("in/orders-1.csv", "id,note\n1,x\n");
        await AllowAsync(rig, "s3:GetObject", "s3:ListBucket");
        await rig.UntilAsync("select exists (select from etl.run where state = 'succeeded')");
    }

    [Fact]
    public async Task Keys_with_a_date_are_asked_for_by_day()
    {
        await using var rig = await CreateRigAsync(null, "s3:GetObject");
        await rig.DefineAsync("{}", """events "mode": "append" """);
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/events-{date}.csv");
        var today = await rig.QueryAsync<string>("select (now() at time zone 'UTC')::date::text");
        var yesterday = await rig.QueryAsync<string>("select ((now() at time zone 'UTC')::date - 1)::text");
        await rig.DropAsync($"in/events-{yesterday}.csv", "id,note\n1,x\n");
        await using var worker = WorkerProcess.Start(rig.Environment);
        await rig.UntilAsync("select count(*) = 1 from etl.run where state = 'succeeded'");

        await rig.DropAsync($"in/events-{today}.csv", "id,note\n2,x\n");

        await rig.UntilAsync("select count(*) = 2 from etl.run where state = 'succeeded'");
        Assert.Equal(2, await rig.RowsAsync("events"));
        Assert.Equal(
            $"{yesterday} {today}", await rig.QueryAsync<string>("select string_agg(run_date::text, ' ' order by run_date) from etl.run"));
    }

    [Theory]
    [InlineData("s3:GetObject")]
    [InlineData("s3:GetObject", "s3:ListBucket")]
    public async Task An_object_that_is_overwritten_before_it_is_read_is_planned_again(params string[] actions)
    {
        await using var rig = await CreateRigAsync(null, actions);
        await rig.DefineAsync("{}", """events "mode": "append" """);
        await using var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync("Looking at", rig.Token);
        await using (var roadblock = await Roadblock.RaiseAsync(
            rig, "create trigger roadblock before insert on etl.run_stage for each row when (new.stage = 'load')"))
        {
            await rig.DropAsync("in/events.csv", "id,note\n1,x\n");
            await roadblock.ReachedAsync();
            await rig.DropAsync("in/events.csv", "id,note\n2,x\n3,x\n");
            await roadblock.LiftAsync();
        }

        await rig.UntilAsync("select exists (select from etl.run where state = 'succeeded')");
        Assert.Equal("2,3", await rig.QueryAsync<string>("select string_agg(id::text, ',' order by id) from public.events"));
        Assert.Equal(
            "gone, loaded", await rig.QueryAsync<string>("select string_agg(disposition, ', ' order by id) from etl.drop"));
    }

    private async Task<Rig> CreateRigAsync(DateOnly? asOf, params string[] actions)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, asOf, TestContext.Current.CancellationToken);
        await AllowAsync(rig, actions);
        rig.ForgetAws("AWS_ENDPOINT_URL", "ETLWORKER__PIPELINE__BUCKET");
        rig.Environment["ETLWORKER__PIPELINE__ANONYMOUS"] = "true";
        rig.Environment["ETLWORKER__PIPELINE__REGION"] = "us-east-1";
        rig.Environment["ETLWORKER__PIPELINE__RESULTS"] = $"file://{_results.FullName}";
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        return rig;
    }

    /// <summary>What the bucket's owner allows everybody.</summary>
    internal static async Task AllowAsync(Rig rig, params string[] actions) => await rig.Aws.S3.PutBucketPolicyAsync(
        new PutBucketPolicyRequest
        {
            BucketName = rig.Aws.Bucket,
            Policy = $$"""
                { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": "*",
                  "Action": [{{string.Join(", ", actions.Select(action => $"\"{action}\""))}}],
                  "Resource": ["arn:aws:s3:::{{rig.Aws.Bucket}}", "arn:aws:s3:::{{rig.Aws.Bucket}}/*"] }] }
                """,
        },
        rig.Token);
}
