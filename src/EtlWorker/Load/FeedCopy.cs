using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>A COPY under way. Nothing of it counts until it is completed.</summary>
internal sealed class FeedCopy : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly Database _database;
    private readonly NpgsqlRawCopyStream _stream;
    private bool _ended;

    private FeedCopy(NpgsqlConnection connection, Database database, NpgsqlRawCopyStream stream) =>
        (_connection, _database, _stream) = (connection, database, stream);

    /// <param name="connection">The data connection.</param>
    /// <param name="database">Through which the server can be asked to cancel.</param>
    /// <param name="statement">Without its options.</param>
    /// <param name="format">binary or text.</param>
    /// <param name="cancellationToken">Cancels the beginning.</param>
    public static async Task<FeedCopy> BeginAsync(
        NpgsqlConnection connection, Database database, string statement, string format, CancellationToken cancellationToken)
    {
        var copy = $"{statement} (format {format})";
        // Beneath the writer is the same stream of bytes; the writer itself would encode, and hides the fault of a COPY that failed.
        var stream = format == "binary"
            ? await connection.BeginRawBinaryCopyAsync(copy, cancellationToken)
            : (NpgsqlRawCopyStream)((StreamWriter)await connection.BeginTextImportAsync(copy, cancellationToken)).BaseStream;
        return new FeedCopy(connection, database, stream);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> rows, CancellationToken cancellationToken) => _stream.WriteAsync(rows, cancellationToken);

    /// <summary>The server may take its time to end a COPY, and Npgsql takes no token for that: a stop has the server cancel it.</summary>
    /// <exception cref="PostgresException">The table refused a row.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        _ended = true;
        var (session, cancelling) = (_connection.ProcessID, Task.CompletedTask);
        try
        {
            await using var stop = cancellationToken.UnsafeRegister(
                _ => cancelling = QuietlyAsync(() => _database.CancelAsync(session, CancellationToken.None)), null);
            await _stream.DisposeAsync();
        }
        catch (PostgresException) when (cancellationToken.IsCancellationRequested)
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
            await QuietlyAsync(_stream.CancelAsync);
            await QuietlyAsync(async () => await _stream.DisposeAsync());
        }
    }

    /// <summary>For what is done because of a fault, and must not hide it.</summary>
    public static async Task QuietlyAsync(Func<Task> bookkeeping)
    {
        try
        {
            await bookkeeping();
        }
        catch (Exception second) when (second is NpgsqlException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The first fault is under way and says more.
        }
    }
}
