using EtlWorker.Definitions;
using EtlWorker.Domain.Text;
using EtlWorker.Faults;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Validate;

/// <summary>
/// Warns, once the service reaches its database, of what its runs would fail of, and of a login that may do more than runs need. It keeps
/// nothing from going on.
/// </summary>
internal sealed partial class DatabaseFit(Database database, Pipeline pipeline, ILogger<DatabaseFit> logger)
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    public async Task WarnAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(TimeLimit);
        await BestEffort.TryAsync(() => WarnOfFaultsAsync(limited.Token), fault => LogUnknown(Escaped.Line(fault.Message)));
    }

    private async Task WarnOfFaultsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var power in await LoginPowers.ReadAsync(connection, cancellationToken))
        {
            LogPower(power);
        }

        foreach (var fault in (await DatabaseFaults.OfRunsAsync(connection, pipeline.Definition, cancellationToken)).Faults)
        {
            LogFault(fault.Path, Escaped.Line(fault.Message));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database does not fit the definition, and runs will fail: {Path}: {Message}")]
    private partial void LogFault(string path, string message);

    [LoggerMessage(LogLevel.Warning, "More than runs need: {Power}")]
    private partial void LogPower(string power);

    [LoggerMessage(LogLevel.Information, "Whether the database fits the definition could not be seen: {Fault}")]
    private partial void LogUnknown(string fault);
}
