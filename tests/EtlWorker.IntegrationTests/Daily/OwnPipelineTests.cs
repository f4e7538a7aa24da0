using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Daily;

/// <summary>docs/own-pipeline.md as it is written: its files and its commands, in their order.</summary>
public sealed partial class OwnPipelineTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_stranger_s_file_becomes_answers_by_the_commands_of_the_page()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        var directory = Directory.CreateTempSubdirectory("etlworker-own-").FullName;
        try
        {
            var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "own-pipeline.md"), rig.Token);
            var environment = EnvironmentOf(rig, directory);
            var said = new List<string>();
            foreach (var block in Block().Matches(page).Select(match => match.Groups))
            {
                if (block["file"].Success)
                {
                    await File.WriteAllTextAsync(Path.Combine(directory, block["file"].Value), block["text"].Value, rig.Token);
                }
                else if (block["language"].Value == "sh")
                {
                    said.Add(await RunAsync(rig, directory, environment, block["text"].Value));
                }
            }

            Assert.Equal(5, said.Count);
            Assert.Contains("betrag", said[3], StringComparison.Ordinal);
            Assert.Equal(
                "Bonn 1 -12.00, Köln 2 1334.40",
                await rig.QueryAsync<string>(
                    "select string_agg(concat_ws(' ', filiale, receipts, total), ', ' order by filiale) from analytics.sales_by_branch"));
            var date = await rig.QueryAsync<string>("select max(run_date)::text from etl.run");
            Assert.Equal(
                $"\uFEFFingestion_date;filiale;receipts;total\n{date};Bonn;1;-12,00\n{date};Köln;2;1334,40\n",
                System.Text.Encoding.UTF8.GetString(await BytesAsync(rig, $"results/{date}/by_branch.csv")));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The last command is the service, which runs until it is ended; here, once its run has succeeded.</summary>
    private static async Task<string> RunAsync(Rig rig, string directory, Dictionary<string, string?> environment, string commands)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(rig.Token);
        var command = Cli.Wrap("bash").WithArguments(["-ec", commands]).WithWorkingDirectory(directory)
            .WithEnvironmentVariables(environment).WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(end.Token);
        if (commands.Contains("EtlWorker", StringComparison.Ordinal))
        {
            await rig.NotifiedAsync("succeeded");
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command);
            return "";
        }

        var result = await command;
        Assert.True(result.ExitCode == 0, $"{commands}\n{result.StandardOutput}\n{result.StandardError}");
        return result.StandardOutput;
    }

    /// <summary>What the page takes for granted: the worker's configuration, psql's, and the commands on the path.</summary>
    private Dictionary<string, string?> EnvironmentOf(Rig rig, string directory)
    {
        var tools = Directory.CreateDirectory(Path.Combine(directory, ".tools")).FullName;
        File.CreateSymbolicLink(Path.Combine(tools, "etlworker"), WorkerProcess.Binary);
        File.CreateSymbolicLink(Path.Combine(tools, "EtlWorker"), WorkerProcess.Binary);
        var database = new NpgsqlConnectionStringBuilder(rig.ConnectionString);
        var environment = rig.Environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        environment["PATH"] = $"{tools}:{postgres.Programs}:{Environment.GetEnvironmentVariable("PATH")}";
        (environment["PGHOST"], environment["PGPORT"]) = (database.Host, $"{database.Port}");
        (environment["PGUSER"], environment["PGDATABASE"]) = (database.Username, database.Database);
        environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        // Of the AWS CLI the page uses one command, aws s3 cp FILE s3://BUCKET/KEY; bash takes a function from its environment.
        environment["BASH_FUNC_aws%%"] = "() { curl -sS --fail-with-body -T \"$3\" \"$AWS_ENDPOINT_URL/${4#s3://}\"; }";
        return environment;
    }

    private static async Task<byte[]> BytesAsync(Rig rig, string key)
    {
        using var response = await rig.Aws.S3.GetObjectAsync(rig.Aws.Bucket, key, rig.Token);
        using var bytes = new MemoryStream();
        await response.ResponseStream.CopyToAsync(bytes, rig.Token);
        return bytes.ToArray();
    }

    [GeneratedRegex(@"^```(?<language>\w+)(?: file=(?<file>\S+))?\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
