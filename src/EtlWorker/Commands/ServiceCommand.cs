using EtlWorker.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EtlWorker.Commands;

/// <summary>No verb: the service itself, until it is told to stop.</summary>
internal static class ServiceCommand
{
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var configuration = WorkerSettings.Configuration();
        var settings = WorkerSettings.Read(configuration);
        await using var logger = LogOptions.Read(new ConfigurationReader(configuration)).CreateLogger();
        using var host = WorkerHost.Build(settings, logger);
        logger.Information(
            "etlworker starts: pipeline {Pipeline}, queue {Queue}, definition {Hash}",
            settings.Definition.Pipeline.Name, settings.Queue.Url, settings.Definition.Hash[..12]);
        var loops = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await host.RunAsync(cancellationToken);
        logger.Information("etlworker stopped");

        // Until .NET 11 a faulted BackgroundService stops the host without telling its exit code.
        return loops.Exists(loop => loop.ExecuteTask is { IsFaulted: true }) ? ExitCode.Failed : ExitCode.Done;
    }
}
