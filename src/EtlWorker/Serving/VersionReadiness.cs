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
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>The version, or why it is not used yet.</returns>
    public async Task<FoundVersion> JudgeAsync(FoundVersion version, LoadedDefinition? inUse, CancellationToken cancellationToken)
    {
        if (version.Definition is not { } definition || inUse is null || inUse.Hash == definition.Hash)
        {
            return version;
        }

        try
        {
            await using var session = await ledger.OpenAsync(cancellationToken);
            if (await PendingAsync(session, definition, cancellationToken) is { } state)
            {
                // What the service applies itself it applies as the definition is exchanged.
                return state is { Faults: [] } && options.ByService ? version : Refused(version, state.FaultFor(definition.Pipeline.Name));
            }

            return await FittingAsync(session, version, definition, inUse, cancellationToken);
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is not null)
        {
            // The runner's own gate asks again before a run begins.
            return version;
        }
        catch (FaultException refused)
        {
            return Refused(version, refused.Fault);
        }
    }

    /// <summary>
    /// Applies a definition's migrations where the service does that. Called between two steps of its pipeline, right before it gets the
    /// definition.
    /// </summary>
    /// <param name="definition">The new one.</param>
    /// <param name="inUse">The one that its pipeline has.</param>
    /// <param name="cancellationToken">Cancels what is being applied.</param>
    /// <returns>Why the pipeline does not get it yet; null where it does.</returns>
    public async Task<Fault?> PrepareAsync(LoadedDefinition definition, LoadedDefinition inUse, CancellationToken cancellationToken)
    {
        if (!options.ByService || definition.Pipeline.Migrations.Count == 0)
        {
            return null;
        }

        try
        {
            await using var session = await ledger.OpenLockableAsync(cancellationToken);
            if (await PendingAsync(session, definition, cancellationToken) is null)
            {
                return null;
            }

            var pipeline = inUse.Pipeline.Name;
            if (!await session.TryLockAsync(pipeline, cancellationToken) || await HasRunAsync(session, inUse, cancellationToken))
            {
                return new Fault(
                    FaultKind.Passing, $"a run of pipeline {pipeline} is under way; migrations are applied when it has ended", "");
            }

            LogApplied(
                definition.Pipeline.Name, string.Join(", ", await migration.ApplyAsync(definition, mayWait: false, cancellationToken)));
            return null;
        }
        catch (FaultException refused)
        {
            return refused.Fault;
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is { } known)
        {
            return known;
        }
    }

    private static FoundVersion Refused(FoundVersion version, Fault? fault) => fault switch
    {
        null => version,
        { IsTransient: true } => FoundVersion.Unfinished(version.Source, version.Id, fault.Advice),
        _ => FoundVersion.Invalid(version.Source, version.Id, [fault.Advice]),
    };

    /// <returns>What the database has of the definition's migrations; null where no run needs more.</returns>
    private static async Task<MigrationState?> PendingAsync(
        ILedgerSession session, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.Pipeline.Migrations.Count == 0)
        {
            return null;
        }

        var state = await MigrationState.ReadAsync(session.Connection, definition, cancellationToken);
        return state.FaultFor(definition.Pipeline.Name) is null ? null : state;
    }

    /// <summary>
    /// Whether a run has tables that must stay as they are, until its results are written. One that cannot begin by its own definition
    /// waits for the new one.
    /// </summary>
    private static async Task<bool> HasRunAsync(ILedgerSession session, LoadedDefinition inUse, CancellationToken cancellationToken) =>
        await session.Runs.UnfinishedAsync(inUse.Pipeline.Name, cancellationToken) is { } run
        && (run.State != RunState.Claimed || run.DefinitionHash != inUse.Hash
            || await PendingAsync(session, inUse, cancellationToken) is null);

    /// <summary>One is refused whose runs would fail of the database, where those of the version in use would not.</summary>
    private static async Task<FoundVersion> FittingAsync(
        ILedgerSession session, FoundVersion version, LoadedDefinition definition, LoadedDefinition inUse,
        CancellationToken cancellationToken)
    {
        var (faults, isInUse) = await DatabaseFaults.OfRunsAsync(session.Connection, definition, cancellationToken);
        var former = faults.Count == 0 || isInUse
            ? ([], isInUse) : await DatabaseFaults.OfRunsAsync(session.Connection, inUse, cancellationToken);
        return isInUse || former.IsInUse
            ? FoundVersion.Unfinished(version.Source, version.Id, "a table of it is in use, so that nobody can look at it now")
            : faults.Count > 0 && former.Faults.Count == 0
                ? FoundVersion.Invalid(version.Source, version.Id, DefinitionFile.Describe(version.Source, definition, faults))
                : version;
    }

    [LoggerMessage(LogLevel.Information, "Pipeline {Pipeline}: applied migrations {Files}")]
    private partial void LogApplied(string pipeline, string files);
}
