using System.IO.Pipelines;
using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Objects;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Export;

/// <summary>
/// Writes the refused rows of a run to S3, a file for each drop that has some: the drop's own columns and what is wrong, so
/// that a person can correct the rows and drop them again. And the rows that checks found, a file for each check. Repeated after a crash
/// it writes the same bytes.
/// </summary>
internal sealed class RejectExporter(IResultDestination destination) : IRejectExporter
{
    /// <summary>Begins each file: whatever a feed's encoding is, its reader believes the mark, and so do spreadsheets.</summary>
    private const char ByteOrderMark = '\uFEFF';

    public async Task<RejectFiles> ExportAsync(RunSession session, CancellationToken cancellationToken) => new(
        await ExportFeedsAsync(session, cancellationToken), await ExportChecksAsync(session, cancellationToken));

    private async Task<IReadOnlyList<string>> ExportFeedsAsync(RunSession session, CancellationToken cancellationToken)
    {
        var (connection, run, pipeline) = (session.Connection, session.Run, session.Pipeline);
        var written = new List<string>();
        foreach (var file in await RejectedFilesAsync(connection, run, cancellationToken))
        {
            var feed = pipeline.Feeds.FirstOrDefault(feed => feed.Name == file.Feed);
            if (feed is null)
            {
                continue;
            }

            var key = pipeline.RejectsKey(file.Feed, run.RunDate, file.Number, run.ManualId);
            var line = new RejectLine(feed, file.Header, file.FieldCount);
            await PutAsync(key, pipe => WriteAsync(connection, run, file, line, pipe, cancellationToken), cancellationToken);
            if (file.Attempt == run.Attempt)
            {
                // A snapshot is the whole table: its refused rows alone would replace all others.
                var with = feed.Manifest is null ? "" : ", with a manifest of its own";
                written.Add(feed.IsIncremental
                    ? $"To correct and drop again{with}: {destination.AddressOf(key)}"
                    : $"To look at (correct them where {feed.Name} is made, and drop that file whole): {destination.AddressOf(key)}");
            }
        }

        return written;
    }

    /// <summary>One that an earlier attempt wrote and this one has no rows for is written again, with its header alone.</summary>
    private static async Task<List<ExportedRejects>> RejectedFilesAsync(
        NpgsqlConnection connection, Run run, CancellationToken cancellationToken)
    {
        var files = new List<ExportedRejects>();
        await using var command = connection.Embedded("Export/rejected_files", ("run_id", run.Id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add(new ExportedRejects(
                reader.Get<string>(0), reader.Get<int>(1), reader.Get<int>(2), reader.Get<long>(3), reader.Get<string>(4),
                reader.Get<int>(5)));
        }

        return files;
    }

    /// <summary>One that an earlier attempt wrote and this one has no rows for is written again, with its header alone.</summary>
    private async Task<IReadOnlyList<string>> ExportChecksAsync(RunSession session, CancellationToken cancellationToken)
    {
        var (connection, run) = (session.Connection, session.Run);
        var checks = new List<(string Name, bool IsOfThis)>();
        await using (var command = connection.Embedded("Export/checked_files", ("run_id", run.Id), ("attempt", run.Attempt)))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                checks.Add((reader.Get<string>(0), reader.Get<bool>(1)));
            }
        }

        foreach (var (name, _) in checks)
        {
            var key = session.Pipeline.CheckRowsKey(name, run.RunDate, run.ManualId);
            await PutAsync(key, pipe => WriteAsync(connection, run, name, pipe, cancellationToken), cancellationToken);
        }

        return [.. checks.Where(check => check.IsOfThis)
            .Select(check => $"To look at: {destination.AddressOf(session.Pipeline.CheckRowsKey(check.Name, run.RunDate, run.ManualId))}")];
    }

    private async Task PutAsync(string key, Func<PipeWriter, Task> write, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, write);
        try
        {
            await destination.PutAsync(key, "text/csv; charset=utf-8", pipe.Reader.AsStream(), cancellationToken);
        }
        finally
        {
            // A writer that waits for its reader would wait for ever.
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }

    private static async Task WriteAsync(PipeWriter pipe, Func<PipeWriter, Task> write)
    {
        try
        {
            await write(pipe);
            await pipe.CompleteAsync();
        }
        catch (Exception fault)
        {
            await pipe.CompleteAsync(fault);
            throw;
        }
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, Run run, ExportedRejects file, RejectLine line, PipeWriter pipe, CancellationToken cancellationToken)
    {
        Append(pipe, ByteOrderMark + line.Header());
        await using var command = connection.Embedded(
            "Export/rejected_rows", ("run_id", run.Id), ("attempt", run.Attempt), ("drop_id", file.DropId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            rows++;
            Append(pipe, line.Of(
                reader.Get<long>(0), reader.GetOrNull<string>(1), reader.Get<string>(2), reader.Get<string>(3), reader.Get<string>(4)));
            if ((await pipe.FlushAsync(cancellationToken)).IsCompleted)
            {
                return;
            }
        }

        Append(pipe, line.Footer(rows));
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, Run run, string check, PipeWriter pipe, CancellationToken cancellationToken)
    {
        Append(pipe, $"{ByteOrderMark}row_number,is_cut,content\r\n");
        await using var command = connection.Embedded(
            "Export/checked_rows", ("run_id", run.Id), ("attempt", run.Attempt), ("check_name", check));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var content = reader.Get<string>(2).Replace("\"", "\"\"", StringComparison.Ordinal);
            Append(pipe, $"{reader.Get<int>(0)},{(reader.Get<bool>(1) ? "true" : "false")},\"{content}\"\r\n");
            if ((await pipe.FlushAsync(cancellationToken)).IsCompleted)
            {
                return;
            }
        }
    }

    private static void Append(PipeWriter pipe, string text) => Encoding.UTF8.GetBytes(text, pipe);

    /// <param name="Feed">The feed's name.</param>
    /// <param name="Number">The drop's number among those of the feed that have refused rows, from 1.</param>
    /// <param name="Attempt">The last attempt that had refused rows of it.</param>
    /// <param name="DropId">The drop.</param>
    /// <param name="Header">The drop's own header.</param>
    /// <param name="FieldCount">Fields of a good row.</param>
    private sealed record ExportedRejects(string Feed, int Number, int Attempt, long DropId, string Header, int FieldCount);
}
