using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Migrate;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Serving;

/// <summary>
/// Has a new version wait for its migrations where there is one to go on with; a pipeline's first version is served without them, so that
/// its drops are recorded, and begins no run.
/// </summary>
internal sealed partial class NeededMigrations(
    ILedger ledger, PipelineMigration migration, MigrationOptions options, ILogger<NeededMigrations> logger)
{
    /// <returns>The version, or why it is not used yet.</returns>
    public async Task<FoundVersion> JudgeAsync(FoundVersion version, LoadedDefinition? inUse, CancellationToken cancellationToken)
    {
        if (version.Definition is not { Pipeline.Migrations.Count: > 0 } definition || inUse is null || inUse.Hash == definition.Hash)
        {
            return version;
        }

        try
        {
            return await FaultAsync(definition, cancellationToken) is { } fault
                ? FoundVersion.Invalid(version.Source, version.Id, [$"{fault.Cause}. {fault.Remedy}"])
                : version;
        }
        catch (RunFailedException refused)
        {
            return FoundVersion.Invalid(version.Source, version.Id, [refused.Fault.Advice]);
        }
        catch (FaultException another)
        {
            return FoundVersion.Unfinished(version.Source, version.Id, another.Fault.Advice);
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is not null)
        {
            // The runner's own gate asks again before a run begins.
            return version;
        }
    }

    private async Task<Fault?> FaultAsync(LoadedDefinition definition, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenAsync(cancellationToken);
        var state = await MigrationState.ReadAsync(session.Connection, definition, cancellationToken);
        if (state.Pending.Count > 0 && options.ByService)
        {
            LogApplied(definition.Pipeline.Name, string.Join(", ", await migration.ApplyAsync(definition, mayWait: false, cancellationToken)));
            state = await MigrationState.ReadAsync(session.Connection, definition, cancellationToken);
        }

        return state.FaultFor(definition.Pipeline.Name);
    }

    [LoggerMessage(LogLevel.Information, "Pipeline {Pipeline}: applied migrations {Files}")]
    private partial void LogApplied(string pipeline, string files);
}
