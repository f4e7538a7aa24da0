using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Daily;

/// <summary>The README's three commands, as it has them: a folder of files and a PostgreSQL, and nothing else.</summary>
public sealed partial class QuickStartTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo _clone = Directory.CreateTempSubdirectory("etlworker-clone-");
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        _clone.Delete(recursive: true);
    }

    [Fact]
    public async Task Three_commands_lead_from_a_clone_to_answers()
    {
        await using var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        using var samples = new SampleDirectory(500);
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), rig.Token);
        var commands = Commands().Match(readme).Groups["text"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, commands.Length);
        // The first one has made the program that the tests run (test.sh).
        Assert.Equal("./publish.sh", commands[0]);
        var shipped = Directory.CreateDirectory(Path.Combine(_clone.FullName, "artifacts", "etlworker-linux-x64"));
        File.CreateSymbolicLink(Path.Combine(shipped.FullName, "etlworker"), WorkerProcess.Binary);
        Directory.CreateSymbolicLink(Path.Combine(_clone.FullName, "pipelines"), Path.Combine(Repository.Root, "pipelines"));
        Directory.CreateSymbolicLink(Path.Combine(_clone.FullName, "files"), samples.Path);
        // Nothing of AWS, and no key of the worker's.
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(key => key.StartsWith("AWS_", StringComparison.Ordinal) || key.StartsWith("ETLWORKER__", StringComparison.Ordinal))
            .ToDictionary(key => key, _ => (string?)null);
        environment["DATABASE"] = rig.ConnectionString;

        foreach (var command in commands[1..])
        {
            var result = await Cli.Wrap("bash").WithArguments(["-ec", command]).WithWorkingDirectory(_clone.FullName)
                .WithEnvironmentVariables(environment).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(rig.Token);
            Assert.True(result.ExitCode == 0, $"{command}\n{result.StandardOutput}\n{result.StandardError}");
        }

        foreach (var analysis in Rig.Analyses)
        {
            Assert.Equal(
                1, await rig.QueryAsync<long>($"select count(*) from analytics.{analysis}"));
            Assert.Equal(
                2,
                (await File.ReadAllLinesAsync(
                    Path.Combine(_clone.FullName, "results", "analytics_export", "retail", $"{analysis}.csv"), rig.Token)).Length);
        }
    }

    [GeneratedRegex(@"^```sh\n(?<text>\./publish\.sh\n.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Commands();
}
