using EtlWorker.Ledger;
using EtlWorker.Running;
using EtlWorker.Storage;

namespace EtlWorker.Manual;

/// <summary>
/// The one session of a command, which holds the pipeline's lock from the first step to the last: a worker that found the lock free would
/// take the command's run for one that was left behind.
/// </summary>
internal sealed class ManualSessions(ILedger ledger, RunMemory memory) : IPipelineSessions, IAsyncDisposable
{
    private ILedgerSession? _session;

    public async Task<ILedgerSession> OpenAsync(CancellationToken cancellationToken)
    {
        if (_session is { IsOpen: false } lost)
        {
            _session = null;
            await lost.DisposeAsync();
        }

        return new ManualSession(_session ??= await BeginAsync(cancellationToken), memory);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is { } session)
        {
            await session.DisposeAsync();
        }
    }

    private async Task<ILedgerSession> BeginAsync(CancellationToken cancellationToken)
    {
        var session = await ledger.OpenLockableAsync(cancellationToken);
        try
        {
            // Who waits for the lock is told who has it.
            await session.Connection.ExecuteAsync("set application_name = 'etlworker run'", cancellationToken);
            await SchemaMigration.RequireAsync(session.Connection, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }
}
