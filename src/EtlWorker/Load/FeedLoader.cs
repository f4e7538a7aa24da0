using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// Fills emptied staging tables with the rows of CSV files: every field checked, binary COPY, one pass, inside the run's
/// transaction.
/// </summary>
internal sealed class FeedLoader(RunJournal journal, Database database)
{
    /// <summary>
    /// Empties the tables of all feeds that will be loaded, at once: tables that refer to each other can only be truncated
    /// together. One that is referred to from elsewhere is deleted from, in reverse order.
    /// </summary>
    public static async Task EmptyAsync(NpgsqlConnection connection, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken)
    {
        if (feeds.Count == 0)
        {
            return;
        }

        var tables = feeds.Select(feed => TableName.Parse(feed.Table)).ToList();
        await using var question = connection.Embedded("Load/referenced_from_elsewhere",
            ("schemas", tables.Select(table => table.Schema).ToArray()), ("tables", tables.Select(table => table.Name).ToArray()));
        var mustDelete = await question.ExecuteScalarAsync(cancellationToken) is true;
        await using var command = connection.Text(mustDelete
            ? string.Join("; ", tables.Select(table => $"delete from {table.Quoted}").Reverse())
            : $"truncate {string.Join(", ", tables.Select(table => table.Quoted))}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="run">The run that loads.</param>
    /// <param name="feed">The feed and its options.</param>
    /// <param name="limit">How many rows may be refused.</param>
    /// <param name="former">Rows of the feed's last run; null where there is none.</param>
    /// <param name="file">The object's key, for messages.</param>
    /// <param name="content">The file's bytes; read to the very end.</param>
    /// <param name="cancellationToken">Ends the load; the transaction is then rolled back by the caller.</param>
    /// <exception cref="RunFailedException">The header does not fit, too many rows are bad, or too few are there.</exception>
    public async Task<LoadedFeed> LoadAsync(
        NpgsqlConnection connection, Run run, FeedDefinition feed, RejectLimit limit, long? former, string file, Stream content,
        CancellationToken cancellationToken)
    {
        var table = await TableCatalogue.ReadAsync(connection, TableName.Parse(feed.Table), cancellationToken);
        var rejects = new RejectLog(journal, run, feed, limit);
        try
        {
            await using var records = new CsvRecords(content, feed, file);
            var header = HeaderMap.Of(feed, table, file, await records.ReadHeaderAsync(cancellationToken));
            var buffer = new CopyBuffer();
            var encoder = new RowEncoder(records, buffer, header, feed);
            var merge = feed.Mode == LoadMode.Merge ? await MergeTable.CreateAsync(connection, table, cancellationToken) : null;
            var loaded = await CopyAsync(connection, merge?.Table ?? table, header, records, encoder, buffer, rejects, cancellationToken);
            rejects.JudgeAtEnd(loaded + rejects.Count);
            JudgeSize(feed, file, loaded, former);
            await (merge?.ApplyAsync(connection, header.Columns, cancellationToken) ?? Task.CompletedTask);
            await rejects.FlushAsync(cancellationToken);
            return new LoadedFeed(loaded + rejects.Count, loaded, rejects.Count, header.Warnings);
        }
        catch
        {
            // What was refused so far outlives whatever ended the load, which must not be hidden by a second fault.
            await Quietly(() => rejects.FlushAsync(CancellationToken.None));
            throw;
        }
    }

    private async Task<long> CopyAsync(
        NpgsqlConnection connection, TargetTable table, HeaderMap header, CsvRecords records, RowEncoder encoder, CopyBuffer buffer,
        RejectLog rejects, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", header.Columns.Select(column => TableName.Quote(column.Name)));
        var copy = await connection.BeginRawBinaryCopyAsync(
            $"copy {table.Name.Quoted} ({columns}) from stdin (format binary)", cancellationToken);
        long loaded = 0;
        try
        {
            while (await records.ReadAsync(cancellationToken))
            {
                var refused = encoder.Encode(out var column);
                if (refused != RejectCode.None)
                {
                    rejects.Add(encoder.Describe(refused, column, rejects.Keeps));
                    rejects.JudgeAtOnce(loaded + rejects.Count);
                    await rejects.FlushFullAsync(cancellationToken);
                    continue;
                }

                loaded++;
                if (buffer.IsChunk)
                {
                    await copy.WriteAsync(buffer.Written, cancellationToken);
                    buffer.Clear();
                }
            }

            buffer.AppendTrailer();
            await copy.WriteAsync(buffer.Written, cancellationToken);
        }
        catch
        {
            // Disposing alone would complete the COPY with the rows sent so far.
            await Quietly(copy.CancelAsync);
            await Quietly(async () => await copy.DisposeAsync());
            throw;
        }

        await CompleteAsync(connection, copy, cancellationToken);
        return loaded;
    }

    /// <summary>The server may take its time to end a COPY, and Npgsql takes no token for that: a stop has the server cancel it.</summary>
    private async Task CompleteAsync(NpgsqlConnection connection, NpgsqlRawCopyStream copy, CancellationToken cancellationToken)
    {
        var (session, cancelling) = (connection.ProcessID, Task.CompletedTask);
        try
        {
            await using var stop = cancellationToken.UnsafeRegister(
                _ => cancelling = Quietly(() => database.CancelAsync(session, CancellationToken.None)), null);
            await copy.DisposeAsync();
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

    private static async Task Quietly(Func<Task> bookkeeping)
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

    /// <summary>An empty or a cut-off export never wipes good data. What adds to its table wipes nothing.</summary>
    private static void JudgeSize(FeedDefinition feed, string file, long loaded, long? former)
    {
        if (!feed.Required || feed.Accumulates)
        {
            return;
        }

        if (loaded < feed.MinRows)
        {
            throw new RunFailedException(
                $"{file} has {loaded:N0} good rows; feed {feed.Name} needs at least {feed.MinRows:N0}",
                "Export the file again and drop it; an empty export never wipes good data.");
        }

        if (former > 0 && (former.Value - loaded) * 100.0 / former.Value is var shrunk && shrunk > feed.MaxShrinkPercent)
        {
            throw new RunFailedException(
                $"{file} has {loaded:N0} good rows, {shrunk:0.#} % fewer than the {former:N0} of the last run; feed {feed.Name} may shrink by {feed.MaxShrinkPercent:0.#} %",
                "Export the file again and drop it; if it is right, raise \"maxShrinkPercent\" of the feed in the definition.");
        }
    }
}
