using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Migrate;
using EtlWorker.Storage;
using EtlWorker.Validate;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Serving;

/// <summary>
/// Has a new version wait for what it needs of the database where there is one to go on with: its migrations, and tables, columns and
/// rights as its SQL names them. A pipeline's first version is served without, so that its drops are recorded.
/// </summary>
internal sealed partial class VersionReadiness(
    ILedger ledger, PipelineMigration migration, MigrationOptions options, ILogger<VersionReadiness> logger)
{
    /// <param name="version">One that is to be used.</param>
    /// <param name="inUse">The definition that its pipeline has.</param>
    /// <param name="cancellationToken">Cancels the question, and what is being applied.</param>
    /// <returns>The version, or why it is not used yet.</returns>
    public async Task<FoundVersion> JudgeAsync(FoundVersion version, LoadedDefinition? inUse, CancellationToken cancellationToken)
    {
        if (version.Definition is not { } definition || inUse is null || inUse.Hash == definition.Hash)
        {
            return version;
        }

        try
        {
            await using var session = await ledger.OpenLockableAsync(cancellationToken);
            if (definition.Pipeline.Migrations.Count > 0
                && await FaultAsync(session, definition, inUse.Pipeline.Name, cancellationToken) is { } fault)
            {
                return fault.IsTransient
                    ? FoundVersion.Unfinished(version.Source, version.Id, fault.Advice)
                    : FoundVersion.Invalid(version.Source, version.Id, [fault.Advice]);
            }

            return await MisfitsAsync(session, version.Source, definition, inUse, cancellationToken) is { Count: > 0 } faults
                ? FoundVersion.Invalid(version.Source, version.Id, faults)
                : version;
        }
        catch (Exception locked) when (ServerError.IsLockNotAvailable(locked))
        {
            return FoundVersion.Unfinished(version.Source, version.Id, "a table of it is in use, so that nobody can look at it now");
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is not null)
        {
            // The runner's own gate asks again before a run begins.
            return version;
        }
    }

    /// <summary>What its runs would fail of, where those of the version in use would not.</summary>
    private static async Task<IReadOnlyList<string>> MisfitsAsync(
        ILedgerSession session, string source, LoadedDefinition definition, LoadedDefinition inUse, CancellationToken cancellationToken)
    {
        var faults = await DatabaseFaults.OfRunsAsync(session.Connection, definition, cancellationToken);
        return faults.Count == 0 || (await DatabaseFaults.OfRunsAsync(session.Connection, inUse, cancellationToken)).Count > 0
            ? []
            : DefinitionFile.Describe(source, definition, faults);
    }

    /// <summary>Of its migrations; they are applied where the service does that.</summary>
    private async Task<Fault?> FaultAsync(
        ILedgerSession session, LoadedDefinition definition, string inUse, CancellationToken cancellationToken)
    {
        var state = await MigrationState.ReadAsync(session.Connection, definition, cancellationToken);
        if (state.Pending.Count == 0 || state.Faults.Count > 0 || !options.ByService)
        {
            return state.FaultFor(definition.Pipeline.Name);
        }

        // A run keeps the tables that it began with, until its results are written.
        if (!await session.TryLockAsync(inUse, cancellationToken)
            || await session.Runs.UnfinishedAsync(inUse, cancellationToken) is not null)
        {
            return new Fault(FaultKind.Passing, $"a run of pipeline {inUse} is under way; migrations are applied when it has ended", "");
        }

        try
        {
            LogApplied(
                definition.Pipeline.Name, string.Join(", ", await migration.ApplyAsync(definition, mayWait: false, cancellationToken)));
        }
        catch (FaultException refused) when (
            refused is not RunFailedException || (refused.InnerException is { } cause && ServerError.IsLockNotAvailable(cause)))
        {
            return refused.Fault with { Kind = FaultKind.Passing };
        }
        catch (RunFailedException refused)
        {
            return refused.Fault;
        }

        return (await MigrationState.ReadAsync(session.Connection, definition, cancellationToken)).FaultFor(definition.Pipeline.Name);
    }

    [LoggerMessage(LogLevel.Information, "Pipeline {Pipeline}: applied migrations {Files}")]
    private partial void LogApplied(string pipeline, string files);
}
