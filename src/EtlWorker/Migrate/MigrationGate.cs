using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Migrate;

/// <summary>
/// Lets no run begin whose definition has migrations that are not applied. Where the operator says so the service applies them itself; else
/// it asks again until <c>etlworker migrate</c> has.
/// </summary>
internal sealed partial class MigrationGate(PipelineMigration migration, MigrationOptions options, ILogger<MigrationGate> logger)
    : IMigrationGate
{
    // The hash of the last definition whose migrations were seen applied.
    private string? _seen;

    public async Task<Fault?> FaultAsync(ILedgerSession session, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        if (definition.Pipeline.Migrations.Count == 0 || definition.Hash == _seen)
        {
            return null;
        }

        var state = await MigrationState.ReadAsync(session.Connection, definition, cancellationToken);
        if (state.Pending.Count > 0 && options.ByService)
        {
            try
            {
                var applied = await migration.ApplyAsync(definition, mayWait: false, cancellationToken);
                LogApplied(definition.Pipeline.Name, string.Join(", ", applied));
            }
            catch (RunFailedException refused)
            {
                return refused.Fault;
            }

            state = await MigrationState.ReadAsync(session.Connection, definition, cancellationToken);
        }

        var fault = state.FaultFor(definition.Pipeline.Name);
        _seen = fault is null ? definition.Hash : null;
        return fault is null ? null : fault with { Remedy = $"{fault.Remedy} The service continues by itself then." };
    }

    [LoggerMessage(LogLevel.Information, "Pipeline {Pipeline}: applied migrations {Files}")]
    private partial void LogApplied(string pipeline, string files);
}
