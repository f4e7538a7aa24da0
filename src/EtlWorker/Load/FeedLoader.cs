using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// Fills staging tables with the rows of CSV files: every field checked, COPY, one pass, inside the run's transaction.
/// </summary>
internal sealed partial class FeedLoader(RunJournal journal, Database database, ILogger<FeedLoader> logger)
{
    /// <summary>The run whose session a refusal ended.</summary>
    private long? _distrusted;

    /// <summary>
    /// Empties the tables of all feeds that will be loaded, at once: tables that refer to each other can only be truncated
    /// together. One that is referred to from elsewhere is deleted from, in reverse order.
    /// </summary>
    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="feeds">Whose tables.</param>
    /// <param name="path">Where their triggers look for names.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task EmptyAsync(
        NpgsqlConnection connection, IReadOnlyList<FeedDefinition> feeds, SearchPath path, CancellationToken cancellationToken)
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
        await path.UseAsync(
            connection,
            () => connection.LimitedAsync($"emptying {string.Join(", ", tables)}", () => command.ExecuteNonQueryAsync(cancellationToken)),
            cancellationToken);
    }

    /// <summary>
    /// Copies a drop's rows straight into its feed's table; with care, once the table has refused one, through a landing table.
    /// </summary>
    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="job">The drop and its feed.</param>
    /// <param name="content">The drop's bytes; read to the very end.</param>
    /// <param name="careful">Whether the table refused a row of this drop before.</param>
    /// <param name="cancellationToken">Ends the load; the transaction is then rolled back by the caller.</param>
    /// <returns>Null when the table refused a row, and nothing was loaded: to be loaded again from its first byte, with care.</returns>
    /// <exception cref="RunFailedException">The header does not fit, too many rows are bad, or too few are there.</exception>
    public async Task<LoadedFeed?> LoadAsync(
        NpgsqlConnection connection, FeedJob job, Stream content, bool careful, CancellationToken cancellationToken)
    {
        careful |= _distrusted == job.Run.Id;
        var table = await TableCatalogue.ReadAsync(connection, TableName.Parse(job.Feed.Table), cancellationToken);
        var rejects = new RejectLog(job, (file, rejects, stop) => journal.RecordRejectsAsync(job.Run, job.Drop, file, rejects, stop));
        await connection.ExecuteAsync("savepoint etl_feed", cancellationToken);
        try
        {
            await (careful ? journal.ForgetRejectsAsync(job.Run, job.Drop, cancellationToken) : Task.CompletedTask);
            var loaded = await ReadAsync(connection, job, table, rejects, content, careful, cancellationToken);
            await rejects.FlushAsync(cancellationToken);
            await connection.ExecuteAsync("release savepoint etl_feed", cancellationToken);
            return loaded;
        }
        catch (PostgresException refusal) when (!careful && TableRefusal.Is(refusal))
        {
            await connection.ExecuteAsync("rollback to savepoint etl_feed", cancellationToken);
            LogCareful(job.Feed.Name, table.Name, TableRefusal.Describe(refusal, []).Reason);
            return null;
        }
        catch (PostgresException refusal) when (!careful && refusal.SqlState == PostgresErrorCodes.InternalError)
        {
            // Of a row that a node of a cluster refuses, Citus' COPY does not say why; and Npgsql trusts no session after an internal
            // error. So this attempt is over, and the next one is careful from its first row.
            _distrusted = job.Run.Id;
            throw new SessionLostException($"{table.Name} may have refused a row of {job.Feed.Name}, and the session ended with it; the next attempt loads with care ({PostgresFault.Describe(refusal)})", refusal);
        }
        catch
        {
            // What was refused so far outlives whatever ended the load, which must not be hidden by a second fault.
            await FeedCopy.QuietlyAsync(() => rejects.FlushAsync(CancellationToken.None));
            throw;
        }
    }

    private async Task<LoadedFeed> ReadAsync(
        NpgsqlConnection connection, FeedJob job, TargetTable table, RejectLog rejects, Stream content, bool careful, CancellationToken cancellationToken)
    {
        if (careful && job.Earlier is { } earlier)
        {
            await earlier.LandAsync(connection, table, job, this, cancellationToken);
        }

        var origin = careful ? RowOrigin.LineAndText : job.Feed.Mode == LoadMode.Merge ? RowOrigin.Line : RowOrigin.None;
        var (header, landing, copied) = await CopyAsync(connection, job, table, rejects, content, origin, cancellationToken);
        var loaded = landing is null ? copied : await MoveAsync(connection, job, landing, copied, careful, rejects, cancellationToken);
        rejects.JudgeAtEnd();
        JudgeSize(job, loaded);
        return new LoadedFeed(rejects.Read, loaded, rejects.Count, header.Warnings);
    }

    /// <summary>Copies a file's rows: into its feed's table, or into a landing table where their lines are wanted.</summary>
    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="job">The drop and its feed.</param>
    /// <param name="table">The feed's table.</param>
    /// <param name="rejects">Takes what is refused.</param>
    /// <param name="content">The drop's bytes.</param>
    /// <param name="origin">What goes along with each row; where nothing does, the rows go straight into the table.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    public async Task<(HeaderMap Header, LandingTable? Landing, long Copied)> CopyAsync(
        NpgsqlConnection connection, FeedJob job, TargetTable table, RejectLog rejects, Stream content, RowOrigin origin,
        CancellationToken cancellationToken)
    {
        var feed = job.Feed;
        await using var unpacked = feed.IsPacked(job.File) ? new UnpackedContent(content, feed.MaxUnpackedBytes, job.File) : null;
        await using var text = new Utf8Content(unpacked ?? content, feed.Encoding);
        await using var records = new CsvRecords(text, feed, job.File);
        var header = await ReadHeaderAsync(job, table, records, rejects, cancellationToken);
        var landing = origin == RowOrigin.None
            ? null
            : await LandingTable.CreateAsync(connection, feed, table, header.Columns, cancellationToken);
        CopyBuffer buffer = header.IsText ? new TextTuples() : new BinaryTuples();
        var copier = new RowCopier(records, new RowEncoder(records, buffer, header, feed, origin), buffer, rejects);
        var session = await FeedCopy.SessionOfAsync(connection, cancellationToken);
        var copied = await job.SearchPath.UseAsync(connection, () => connection.LimitedAsync($"the COPY of {job.File} into {table.Name}", async () =>
        {
            await using var copy = await FeedCopy.BeginAsync(
                connection, session, database, CopyStatement(table, header, origin), buffer.Format, cancellationToken);
            return await copier.CopyAsync(copy, cancellationToken);
        }), cancellationToken);
        return (header, landing, copied);
    }

    private static async Task<HeaderMap> ReadHeaderAsync(
        FeedJob job, TargetTable table, CsvRecords records, RejectLog rejects, CancellationToken cancellationToken)
    {
        if (!job.Feed.Header)
        {
            var all = HeaderMap.WithoutHeader(table);
            records.ExpectFields(all.FieldCount);
            rejects.Begin(new RejectedFile(string.Join(job.Feed.Delimiter, all.Columns.Select(column => column.Name)), all.FieldCount));
            return all;
        }

        var names = await records.ReadHeaderAsync(cancellationToken);
        rejects.Begin(new RejectedFile(RowEncoder.RawText(records.RawRecord, job.Feed.MaxRecordBytes), names.Count));
        return HeaderMap.Of(job.Feed, table, job.File, names);
    }

    private static string CopyStatement(TargetTable table, HeaderMap header, RowOrigin origin)
    {
        var columns = LandingTable.OriginColumns(origin).Concat(header.Columns.Select(column => TableName.Quote(column.Name)));
        return $"copy {(origin == RowOrigin.None ? table.Name.Quoted : LandingTable.Name)} ({string.Join(", ", columns)}) from stdin";
    }

    /// <returns>Rows that came into the feed's table.</returns>
    private static async Task<long> MoveAsync(
        NpgsqlConnection connection, FeedJob job, LandingTable landing, long landed, bool careful, RejectLog rejects,
        CancellationToken cancellationToken)
    {
        var before = rejects.Count;
        var moved = careful
            ? await new LandingJudge(connection, job.SearchPath, landing, job.Earlier, rejects).MoveAsync(cancellationToken)
            : await job.SearchPath.UseAsync(connection, () => landing.MoveAsync(connection, 0, long.MaxValue, cancellationToken), cancellationToken);
        // Where rows take the place of others, those count as well that another row of the file replaced.
        return landing.Feed.Mode == LoadMode.Merge ? landed - (rejects.Count - before) : moved;
    }

    /// <summary>An empty or a cut-off export never wipes good data. What adds to its table wipes nothing.</summary>
    private static void JudgeSize(FeedJob job, long loaded)
    {
        var feed = job.Feed;
        if (!feed.Required || feed.Accumulates || !job.IsLast)
        {
            return;
        }

        var all = job.Before.Loaded + loaded;
        var have = job.Parts > 1 ? $"the {job.Parts} files of feed {feed.Name} together have" : $"{job.File} has";
        if (all < feed.MinRows)
        {
            throw new RunFailedException(
                $"{have} {all:N0} good rows; feed {feed.Name} needs at least {feed.MinRows:N0}",
                "Export the file again and drop it; an empty export never wipes good data.");
        }

        if (job.FormerRows is > 0 and { } former && (former - all) * 100.0 / former is var shrunk && shrunk > feed.MaxShrinkPercent)
        {
            throw new RunFailedException(
                $"{have} {all:N0} good rows, {shrunk:0.#} % fewer than the {former:N0} of the last run; "
                    + $"feed {feed.Name} may shrink by {feed.MaxShrinkPercent:0.#} %",
                "Export the file again and drop it; if it is right, raise \"maxShrinkPercent\" of the feed in the definition.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Table} refused a row of {Feed} ({Reason}): reading the file again, to load the others and name that row")]
    private partial void LogCareful(string feed, TableName table, string reason);
}
