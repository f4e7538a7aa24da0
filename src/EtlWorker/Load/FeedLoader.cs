using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Ledger.Runs;
using EtlWorker.Load.Hints;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// Fills staging tables with the rows of CSV files: every field checked, COPY, one pass, inside the run's transaction.
/// </summary>
internal sealed partial class FeedLoader(IRunJournal journal, Database database, ILogger<FeedLoader> logger)
{
    /// <summary>
    /// Empties the tables of all feeds that will be loaded, at once: tables that refer to each other can only be truncated
    /// together. One that is referred to from elsewhere is deleted from, in reverse order, and so is one whose feed says so.
    /// </summary>
    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="feeds">Whose tables.</param>
    /// <param name="path">Where their triggers look for names.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The feeds whose tables were truncated.</returns>
    /// <exception cref="RunFailedException">A table elsewhere would lose rows with it.</exception>
    public static async Task<IReadOnlyList<FeedDefinition>> EmptyAsync(
        NpgsqlConnection connection, IReadOnlyList<FeedDefinition> feeds, SearchPath path, CancellationToken cancellationToken)
    {
        if (feeds.Count == 0)
        {
            return [];
        }

        await ReferringKeys.RefuseAsync(connection, feeds, cancellationToken);
        var truncated = await ReferringKeys.TruncatableAsync(connection, feeds, cancellationToken);
        // What is truncated may refer to what is deleted from, and not the other way.
        string[] truncate = truncated.Count == 0
            ? [] : [$"truncate {string.Join(", ", truncated.Select(feed => TableName.Parse(feed.Table).Quoted))}"];
        IReadOnlyList<TableName> deleted = [.. feeds.Except(truncated).Reverse().Select(feed => TableName.Parse(feed.Table))];
        await using var command = connection.Text(
            string.Join("; ", truncate.Concat(deleted.Select(table => $"delete from {table.Quoted}"))));
        await path.UseAsync(
            connection,
            () => connection.LimitedAsync(
                $"emptying {string.Join(", ", feeds.Select(feed => TableName.Parse(feed.Table)))}",
                () => command.ExecuteNonQueryAsync(cancellationToken)),
            cancellationToken);
        foreach (var table in deleted)
        {
            await RequireEmptyAsync(connection, table, cancellationToken);
        }

        return truncated;
    }

    /// <summary>A DELETE leaves what a trigger or a rule keeps, and what another session adds meanwhile.</summary>
    private static async Task RequireEmptyAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        // A cluster knows no empty list of columns.
        await using var any = connection.Text($"select exists (select 1 from {table.Quoted})");
        var isLeft = await connection.LimitedAsync(
            $"looking whether {table} is empty", () => any.ExecuteScalarAsync(cancellationToken));
        if (isLeft is not false)
        {
            throw new RunFailedException(
                $"{table} still has rows after DELETE: a trigger or a rule of it keeps them, or another session adds some",
                "Its rows would be there twice. Drop the trigger or the rule, or end the other session's writing; then retry. "
                + "Or let the feed truncate the table: \"replaceBy\": \"truncate\", and no foreign key from elsewhere.")
            {
                IsOfFile = false,
            };
        }
    }

    /// <summary>
    /// Copies a drop's rows straight into its feed's table; row by row, once the table has refused one, through a landing table.
    /// </summary>
    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="job">The drop and its feed.</param>
    /// <param name="content">The drop's bytes; read to the very end.</param>
    /// <param name="rowByRow">Whether the table refused a row of this drop before.</param>
    /// <param name="cancellationToken">Ends the load; the transaction is then rolled back by the caller.</param>
    /// <returns>Null when the table refused a row, and nothing was loaded: to be loaded again from its first byte, row by row.</returns>
    /// <exception cref="RunFailedException">The header does not fit, too many rows are bad, or too few are there.</exception>
    public async Task<LoadedFeed?> LoadAsync(
        NpgsqlConnection connection, FeedJob job, Stream content, bool rowByRow, CancellationToken cancellationToken)
    {
        rowByRow |= job.IsGuarded;
        var table = await TableCatalogue.ReadAsync(connection, TableName.Parse(job.Feed.Table), cancellationToken);
        // A key that an earlier part has is then told without its line.
        job = LandingTable.HasRoom(table) ? job : job with { Earlier = null };
        var rejects = new RejectLog(job, (file, rejects, stop) => journal.RecordRejectsAsync(job.Run, job.Drop, file, rejects, stop));
        job.Progress?.Count(rejects);
        await connection.ExecuteAsync("savepoint etl_feed", cancellationToken);
        try
        {
            await (rowByRow ? journal.ForgetRejectsAsync(job.Run, job.Drop, cancellationToken) : Task.CompletedTask);
            var loaded = await ReadAsync(connection, job, table, rejects, content, rowByRow, cancellationToken);
            if (loaded is null)
            {
                await connection.ExecuteAsync("rollback to savepoint etl_feed", cancellationToken);
                LogDropped(table.Name, job.Feed.Name);
                return null;
            }

            await rejects.FlushAsync(cancellationToken);
            await connection.ExecuteAsync("release savepoint etl_feed", cancellationToken);
            return loaded;
        }
        // Once rows are on their way: what is refused before is the statement.
        catch (Exception fault) when (
            !rowByRow && rejects.Read > 0 && ServerError.Of(fault) is { } refusal && TableRefusal.Is(refusal))
        {
            await connection.ExecuteAsync("rollback to savepoint etl_feed", cancellationToken);
            var (_, column, reason) = TableRefusal.Describe(refusal, table.Columns);
            LogRowByRow(job.Feed.Name, table.Name, column is null ? reason : $"column {column}: {reason}");
            return null;
        }
        catch (Exception fault) when (
            !job.IsGuarded && ServerError.Of(fault) is { SqlState: PostgresErrorCodes.InternalError } refusal)
        {
            // So some types refuse a text (hstore before PostgreSQL 16), and Citus' COPY a row of a node's; and Npgsql trusts no session
            // after an internal error. This attempt is over; the next one loads row by row from its first row, and has the server catch
            // such refusals.
            throw new SessionLostException($"{table.Name} may have refused a row of {job.Feed.Name}, and the session ended with it; "
                + $"the next attempt loads row by row ({refusal.Description})", fault);
        }
        catch
        {
            // What was refused so far outlives whatever ended the load, which must not be hidden by a second fault.
            await BestEffort.TryAsync(() => rejects.FlushAsync(CancellationToken.None));
            throw;
        }
    }

    /// <returns>Null when the table kept fewer rows than it was given, and it is still to be found out which.</returns>
    private async Task<LoadedFeed?> ReadAsync(
        NpgsqlConnection connection, FeedJob job, TargetTable table, RejectLog rejects, Stream content, bool rowByRow,
            CancellationToken cancellationToken)
    {
        if (rowByRow && job.Earlier is { } earlier)
        {
            await earlier.LandAsync(connection, table, job, this, cancellationToken);
        }

        var origin = rowByRow ? RowOrigin.LineAndText : job.Feed.Mode == LoadMode.Merge ? RowOrigin.Line : RowOrigin.None;
        var before = await table.StoredAsync(connection, cancellationToken);
        var indexes = await TableIndexes.OfAsync(connection, job, table.Name, database.Indexes, cancellationToken);
        Task<CopiedFile> Copy() =>
            CopyAsync(connection, job, table, rejects, content, origin, cancellationToken);
        var (header, landing, copied, lastLines) =
            origin == RowOrigin.None ? await indexes.FillAsync(connection, Copy, cancellationToken) : await Copy();
        if (landing is null && await table.StoredAsync(connection, cancellationToken) - before < copied)
        {
            return null;
        }

        var refused = rejects.Count;
        var judge = rowByRow ? new LandingJudge(connection, job, landing!, rejects, indexes) : null;
        var (moved, dropped) = judge is not null
            ? (await judge.MoveAsync(cancellationToken), 0)
            : landing is not null ? await MoveAllAsync(connection, job, landing, cancellationToken) : (copied, 0);
        if (dropped > 0)
        {
            return null;
        }

        // Where rows take the place of others, those count as well that another row of the file replaced.
        var loaded = job.Feed.Mode == LoadMode.Merge ? copied - (rejects.Count - refused) : moved;
        var (failure, size) = Judged(job, rejects, loaded, lastLines);
        string[] empty = !job.Feed.Header && rejects.Read == 0 && job.Feed.MinRows == 0 ? [HeaderMap.EmptyFile(job)] : [];
        return new LoadedFeed(rejects.Read, loaded, rejects.Count, [.. header.Warnings, .. judge?.Warnings ?? [], .. empty, .. size])
        {
            Failure = failure,
            Indexes = indexes.Way,
        };
    }

    /// <returns>Why a run would fail, of a job that reads on, else null; and what the notice must say of the feed's size.</returns>
    /// <exception cref="RunFailedException">Too many rows are refused, or too few or too many are there.</exception>
    private static (RunFailedException? Failure, IReadOnlyList<string> Warnings) Judged(
        FeedJob job, RejectLog rejects, long loaded, IReadOnlyList<string> lastLines)
    {
        try
        {
            Trailer.Require(job, rejects.Read, lastLines);
            rejects.JudgeAtEnd();
            return (null, FeedSize.Judge(job, loaded));
        }
        catch (RunFailedException failure) when (job.ReadsOn)
        {
            return (failure, []);
        }
    }

    /// <summary>Copies a file's rows: into its feed's table, or into a landing table where their lines are wanted.</summary>
    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="job">The drop and its feed.</param>
    /// <param name="table">The feed's table.</param>
    /// <param name="rejects">Takes what is refused.</param>
    /// <param name="content">The drop's bytes.</param>
    /// <param name="origin">What goes along with each row; where nothing does, the rows go straight into the table.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    public async Task<CopiedFile> CopyAsync(
        NpgsqlConnection connection, FeedJob job, TargetTable table, RejectLog rejects, Stream content, RowOrigin origin,
        CancellationToken cancellationToken)
    {
        var feed = job.Feed;
        await using var unpacked = feed.IsPacked(job.File) ? new UnpackedContent(content, feed.MaxUnpackedBytes, job.File) : null;
        await using var text = new Utf8Content(
            unpacked ?? content, feed.Encoding, first => FileKind.RequireText(first, job.File, isUnpacked: unpacked is not null));
        await using var records = new CsvRecords(text, feed, job.File);
        var header = await ReadHeaderAsync(job, table, records, rejects, cancellationToken);
        var landing = origin == RowOrigin.None
            ? null
            : await LandingTable.CreateAsync(connection, job, table, header.Columns, cancellationToken);
        CopyBuffer buffer = landing is { PackedTypes: { Count: > 0 } packed }
            ? new PackedTuples(LandingTable.OriginColumns(origin).Count + header.Columns.Count - packed.Count, packed)
            : header.IsText ? new TextTuples() : new BinaryTuples();
        var copier = new RowCopier(records, new RowEncoder(records, text, table, buffer, header, feed, origin), buffer, rejects);
        var session = await FeedCopy.SessionOfAsync(connection, cancellationToken);
        var what = $"the COPY of {job.File} into {table.Name}";
        var copied = await job.SearchPath.UseAsync(connection, () => connection.LimitedAsync(what, async () =>
        {
            await using var copy = await FeedCopy.BeginAsync(
                connection, session, database, CopyStatement(table, header, origin, landing), buffer.Format, cancellationToken);
            return await copier.CopyAsync(copy, cancellationToken);
        }), cancellationToken);
        return new CopiedFile(header.WithEmptyRows(feed, records.SkippedRows), landing, copied, records.LastLines);
    }

    private static async Task<HeaderMap> ReadHeaderAsync(
        FeedJob job, TargetTable table, CsvRecords records, RejectLog rejects, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = job.Feed.Header ? await records.ReadHeaderAsync(cancellationToken) : [];
        if (names.Count == 0)
        {
            var all = job.Feed.Header ? HeaderMap.OfNothing(job, table) : HeaderMap.WithoutHeader(job.Feed, table);
            records.ExpectFields(all.FieldCount);
            var listed = job.Feed.Columns.InOrder ?? all.Columns.Select(column => column.Name);
            rejects.Begin(new RejectedFile(string.Join(job.Feed.Delimiter, listed), all.FieldCount));
            return all;
        }

        rejects.Begin(new RejectedFile(RowEncoder.RawText(records.RawRecord, job.Feed.MaxRecordBytes), names.Count));
        try
        {
            return HeaderMap.Of(job.Feed, table, job.File, names, records.LineNumber);
        }
        catch (RunFailedException misfit) when (misfit.IsOfFile)
        {
            var hint = HeaderHints.Of(job.Feed, table, names)
                ?? await HeaderHints.FurtherDownAsync(job.Feed, table, records, cancellationToken);
            throw hint is null ? misfit : new RunFailedException(misfit.Message, $"{hint} {misfit.Fault.Remedy}", misfit);
        }
    }

    private static string CopyStatement(TargetTable table, HeaderMap header, RowOrigin origin, LandingTable? landing)
    {
        var columns = LandingTable.OriginColumns(origin)
            .Concat(landing?.CopiedColumns ?? header.Columns.Select(column => TableName.Quote(column.Name)));
        return $"copy {(origin == RowOrigin.None ? table.Name.Quoted : LandingTable.Name)} ({string.Join(", ", columns)}) from stdin";
    }

    private static Task<(long Moved, long Dropped)> MoveAllAsync(
        NpgsqlConnection connection, FeedJob job, LandingTable landing, CancellationToken cancellationToken) =>
        job.SearchPath.UseAsync(connection, () => landing.MoveAsync(connection, 0, long.MaxValue, cancellationToken), cancellationToken);

    [LoggerMessage(
        LogLevel.Warning, "{Table} refused a row of {Feed} ({Reason}): reading the file again, to load the others and name that row")]
    private partial void LogRowByRow(string feed, TableName table, string reason);

    [LoggerMessage(LogLevel.Warning,
        "{Table} did not store every row of {Feed}: reading the file again, to name those that a trigger or a rule drops")]
    private partial void LogDropped(TableName table, string feed);
}
