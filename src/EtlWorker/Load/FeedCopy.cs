using EtlWorker.Faults;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>A COPY under way. Nothing of it counts until it is completed.</summary>
internal sealed class FeedCopy : IAsyncDisposable
{
    private readonly int _session;
    private readonly Database _database;
    private readonly NpgsqlRawCopyStream _stream;
    private readonly CancellationToken _stop;
    private bool _ended;

    private FeedCopy(int session, Database database, NpgsqlRawCopyStream stream, CancellationToken stop) =>
        (_session, _database, _stream, _stop) = (session, database, stream, stop);

    /// <summary>
    /// The server process that will carry it out: not the connection's ProcessID, for a pooler gives its client a number of its own.
    /// </summary>
    public static async Task<int> SessionOfAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var backend = connection.Embedded("Storage/backend");
        return (int)(await backend.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <param name="connection">The data connection.</param>
    /// <param name="session">Its server process.</param>
    /// <param name="database">Through which the server can be asked to cancel.</param>
    /// <param name="statement">Without its options.</param>
    /// <param name="format">binary or text.</param>
    /// <param name="cancellationToken">Stops the COPY.</param>
    public static async Task<FeedCopy> BeginAsync(
        NpgsqlConnection connection, int session, Database database, string statement, string format, CancellationToken cancellationToken)
    {
        var copy = $"{statement} (format {format})";
        // Beneath the writer is the same stream of bytes; the writer itself would encode, and hides the fault of a COPY that failed.
        var stream = format == "binary"
            ? await connection.BeginRawBinaryCopyAsync(copy, cancellationToken)
            : (NpgsqlRawCopyStream)((StreamWriter)await connection.BeginTextImportAsync(copy, cancellationToken)).BaseStream;
        return new FeedCopy(session, database, stream, cancellationToken);
    }

    /// <exception cref="OperationCanceledException">The COPY was stopped.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(rows, cancellationToken);
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is not null && cancellationToken.IsCancellationRequested)
        {
            // Half a message of TLS is out: Npgsql calls that a broken connection.
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>The server may take its time to end a COPY, and Npgsql takes no token for that: a stop has the server cancel it.</summary>
    /// <exception cref="Exception">The table refused a row: <see cref="ServerError"/> says with what.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        _ended = true;
        var cancelling = Task.CompletedTask;
        try
        {
            await using var stop = cancellationToken.UnsafeRegister(_ => cancelling = CancelSessionAsync(), null);
            await _stream.DisposeAsync();
        }
        catch (Exception fault) when (ServerError.Of(fault) is not null && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            await cancelling;
        }
    }

    /// <summary>Disposing the stream alone would complete the COPY with the rows sent so far.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            _ended = true;
            // A server that waits for somebody's lock reads nothing, and so not that the COPY is over.
            await (_stop.IsCancellationRequested ? CancelSessionAsync() : Task.CompletedTask);
            await BestEffort.TryAsync(_stream.CancelAsync);
            await BestEffort.TryAsync(async () => await _stream.DisposeAsync());
        }
    }

    private Task CancelSessionAsync() => BestEffort.TryAsync(() => _database.CancelAsync(_session, CancellationToken.None));
}
