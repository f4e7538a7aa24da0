using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Deploying;

/// <summary>
/// IAM's decisions by an npm package, installed for the time of the tests: it knows conditions, bucket, queue and topic policies and
/// those of VPC endpoints, which moto does not.
/// </summary>
/// <remarks>https://github.com/cloud-copilot/iam-simulate</remarks>
public sealed class Simulator : IAsyncLifetime
{
    private const string Package = "@cloud-copilot/iam-simulate@0.1.173";
    private static readonly TimeSpan InstallsWithin = TimeSpan.FromMinutes(2);
    private static readonly string Script = Path.Combine(
        Repository.Root, "tests", "EtlWorker.IntegrationTests", "Deploying", "simulate.mjs");
    private readonly string _directory = Directory.CreateTempSubdirectory("etlworker-simulator-").FullName;
    private string? _missing;

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(InstallsWithin);
        try
        {
            var install = await Cli.Wrap("bash")
                .WithArguments(["-c", $"npm install --no-audit --no-fund --ignore-scripts {Package}"])
                .WithWorkingDirectory(_directory).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(patience.Token);
            _missing = install.ExitCode == 0
                ? null
                : $"no policy simulator: {Package} could not be installed: {install.StandardError.Trim().Split('\n')[0]}";
        }
        catch (OperationCanceledException)
        {
            _missing = $"no policy simulator: {Package} could not be installed within {InstallsWithin.TotalMinutes:0} minutes";
        }
    }

    /// <summary>The test is skipped where the simulator cannot be had.</summary>
    public void OrSkip() => Assert.SkipWhen(_missing is not null, _missing ?? "");

    /// <returns>Each request with what IAM decides of it, a line each.</returns>
    internal async Task<string[]> DecideAsync(IReadOnlyCollection<PolicyRequest> requests, CancellationToken cancellationToken)
    {
        var ran = await Cli.Wrap("node").WithArguments([Script]).WithWorkingDirectory(_directory)
            .WithStandardInputPipe(PipeSource.FromString(JsonSerializer.Serialize(requests, JsonSerializerOptions.Web)))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        return ran.ExitCode == 0
            ? [.. JsonSerializer.Deserialize<string[]>(ran.StandardOutput)!.Zip(
                requests, (decision, request) => $"{request.Name}: {decision}")]
            : throw new InvalidOperationException(ran.StandardError);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
