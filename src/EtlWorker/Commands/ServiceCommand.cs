using EtlWorker.Hosting;
using EtlWorker.Serving;
using EtlWorker.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EtlWorker.Commands;

/// <summary>No verb: the service itself, until it is asked to stop.</summary>
internal static class ServiceCommand
{
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var settings = WorkerSettings.Read(WorkerSettings.Configuration());
        await using var logger = settings.Log.CreateLogger();
        using var host = WorkerHost.Build(settings, logger);
        var database = host.Services.GetRequiredService<Database>();
        logger.Information(
            "etlworker {Version} starts: definitions {Definitions}, queue {Queue}, database {Database} by {Access}",
            ProgramVersion.Text, settings.Definition.Location, settings.Queue?.Url.ToString() ?? "none", database.Target, database.Access);
        if (database.IsWeak)
        {
            logger.Warning(
                "The database could be somebody else: DATABASE__CONNECTIONSTRING asks for less than SSL Mode=VerifyFull. "
                    + "Take SSL Mode out of it, and put the CA's certificates into {RdsCa}",
                TransportSecurity.RdsCa);
        }

        var definitions = host.Services.GetRequiredService<DefinitionLoop>();
        var loops = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await host.RunAsync(cancellationToken);
        if (definitions.Fatal is { } unusable)
        {
            throw unusable;
        }

        logger.Information("etlworker stopped");

        // Until .NET 11 a faulted BackgroundService stops the host without telling its exit code.
        return loops.Exists(loop => loop.ExecuteTask is { IsFaulted: true }) ? ExitCode.Failed : ExitCode.Done;
    }
}
