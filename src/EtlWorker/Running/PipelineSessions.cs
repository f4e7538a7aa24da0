using EtlWorker.Definitions;
using EtlWorker.Gate;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Storage;
using EtlWorker.Validate;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>
/// Opens the session of a step. The first time it also sees that the database has this version's migrations; and for each definition it
/// warns of what is dangerous in it.
/// </summary>
internal sealed partial class PipelineSessions(
    ILedger ledger, WorkerRegistry registry, Pipeline pipeline, DatabaseFit fit, WorkerStatus status,
    ILogger<PipelineSessions> logger)
    : IPipelineSessions
{
    private bool _schemaSeen;
    private string? _fitSeen;

    public async Task<ILedgerSession> OpenAsync(CancellationToken cancellationToken)
    {
        var session = await ledger.OpenLockableAsync(cancellationToken);
        try
        {
            await RequireSchemaAsync(session, cancellationToken);
            if (!pipeline.IsPaused)
            {
                await registry.SeenAsync(session.Connection, cancellationToken);
                await WarnAsync(session, cancellationToken);
            }

            status.LedgerAnswered();
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private async Task RequireSchemaAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        if (!_schemaSeen)
        {
            await SchemaMigration.RequireAsync(session.Connection, cancellationToken);
            _schemaSeen = true;
        }
    }

    private async Task WarnAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        var definition = pipeline.Definition;
        if (_fitSeen == definition.Hash)
        {
            return;
        }

        _fitSeen = definition.Hash;
        var path = new SearchPath(definition.Pipeline.SearchPath);
        var open = await OpenSchemas.FindAsync(session.Connection, path, cancellationToken);
        if (open.Count > 0)
        {
            LogOpenSchemas(string.Join(", ", open));
        }

        await fit.WarnAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning,
        "Other roles may create in {Schemas}, "
        + "where this pipeline's SQL and triggers look for what they name without a schema: a function or an operator of "
        + "theirs would run with the worker's rights. "
        + "Revoke CREATE there (from public too), or name other schemas in the definition's \"searchPath\"")]
    private partial void LogOpenSchemas(string schemas);
}
