using System.Data;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Runs;

/// <summary>
/// What a run says while it is under way: stages, feeds, rejects. Written on connections of its own, keyed by attempt, so
/// that it can be followed live and outlives a rollback of the data. A connection that has ended meanwhile is no fault of the run:
/// what was to be written is written once more on another one.
/// </summary>
internal sealed class RunJournal(Database database, TimeProvider time) : IRunJournal
{
    public Task NoteFaultAsync(Run run, string fault, CancellationToken cancellationToken) =>
        ExecuteAsync("Ledger/Runs/note_fault", cancellationToken, ("id", run.Id), ("attempt", run.Attempt), ("error", fault));

    public async Task<RunWait?> NotePassingAsync(Run run, string fault, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Embedded(
            "Ledger/Runs/note_passing", ("id", run.Id), ("attempt", run.Attempt), ("error", fault));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RunWait(reader.Get<DateTimeOffset>(0), TimeSpan.FromSeconds(reader.Get<double>(1)), reader.Get<bool>(2))
            : null;
    }

    public Task ForgiveAttemptAsync(Run run, CancellationToken cancellationToken) =>
        WriteAsync("Ledger/Runs/forgive_attempt", [("id", run.Id), ("attempt", run.Attempt)], again: null, cancellationToken);

    public Task BeginStageAsync(Run run, RunStage stage, CancellationToken cancellationToken) =>
        ExecuteAsync("Ledger/Runs/begin_stage", cancellationToken,
            ("run_id", run.Id), ("attempt", run.Attempt), ("stage", EnumText.Of(stage)), ("now", time.GetUtcNow()));

    public Task EndStageAsync(Run run, RunStage stage, CancellationToken cancellationToken) =>
        ExecuteAsync("Ledger/Runs/end_stage", cancellationToken,
            ("run_id", run.Id), ("attempt", run.Attempt), ("stage", EnumText.Of(stage)), ("now", time.GetUtcNow()));

    public Task RecordFeedAsync(Run run, FeedResult feed, CancellationToken cancellationToken) =>
        ExecuteAsync("Ledger/Runs/record_feed", cancellationToken,
            ("run_id", run.Id), ("attempt", run.Attempt), ("feed", feed.Feed), ("drop_id", feed.DropId), ("bytes", feed.Bytes),
            ("sha256", feed.Sha256), ("rows_read", feed.RowsRead), ("rows_loaded", feed.RowsLoaded),
            ("rows_rejected", feed.RowsRejected), ("seconds", feed.Took.TotalSeconds), ("indexes", feed.Indexes));

    public Task RecordRejectsAsync(
        Run run, Drop drop, RejectedFile? file, IReadOnlyCollection<Reject> rejects, CancellationToken cancellationToken)
    {
        (string, object?)[] batch =
        [
            ("run_id", run.Id), ("attempt", run.Attempt), ("feed", drop.Feed), ("drop_id", drop.Id),
            ("header", file?.Header ?? ""), ("field_count", file?.FieldCount ?? 1),
            ("line_numbers", rejects.Select(reject => reject.Line).ToArray()),
            ("column_names", rejects.Select(reject => reject.Column).ToArray()),
            ("codes", rejects.Select(reject => reject.Code.Name()).ToArray()),
            ("reasons", rejects.Select(reject => reject.Reason).ToArray()),
            ("raw_texts", rejects.Select(reject => reject.RawText).ToArray()),
        ];
        return WriteAsync("Ledger/Runs/record_rejects", [.. batch, ("again", false)], [.. batch, ("again", true)], cancellationToken);
    }

    public Task RecordCheckAsync(Run run, CheckFinding finding, CancellationToken cancellationToken) =>
        ExecuteAsync("Ledger/Runs/record_check", cancellationToken,
            ("run_id", run.Id), ("attempt", run.Attempt), ("pipeline", run.Pipeline), ("check_name", finding.Check.Name),
            ("verdict", EnumText.Of(finding.Verdict)), ("rows_found", finding.Found), ("rows_of", finding.Of),
            ("contents", finding.Rows.Select(row => row.Content).ToArray()), ("cuts", finding.Rows.Select(row => row.IsCut).ToArray()),
            ("now", time.GetUtcNow()));

    public Task ForgetRejectsAsync(Run run, Drop drop, CancellationToken cancellationToken) =>
        ExecuteAsync("Ledger/Runs/forget_rejects", cancellationToken, ("run_id", run.Id), ("attempt", run.Attempt), ("drop_id", drop.Id));

    /// <summary>A statement that may be carried out twice.</summary>
    private Task ExecuteAsync(string path, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters) =>
        WriteAsync(path, parameters, parameters, cancellationToken);

    /// <param name="path">The statement.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="again">Those with which it may be carried out when nobody knows whether it was; null: it may not.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    private async Task WriteAsync(
        string path, (string Name, object? Value)[] parameters, (string Name, object? Value)[]? again, CancellationToken cancellationToken)
    {
        if (!await TryWriteAsync(path, parameters, mayEnd: again is not null, cancellationToken))
        {
            // What ended the one may have ended the others.
            database.ForgetConnections();
            await TryWriteAsync(path, again!, mayEnd: false, cancellationToken);
        }
    }

    /// <returns>False when the connection has ended, before or while it was written; one that is silent may be at work still.</returns>
    private async Task<bool> TryWriteAsync(
        string path, (string Name, object? Value)[] parameters, bool mayEnd, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        try
        {
            await using var command = connection.Embedded(path, parameters);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (Exception ended) when (
            PostgresFault.Of(ended) is not null && mayEnd
            && connection.State != ConnectionState.Open && ended.InnerException is not TimeoutException)
        {
            return false;
        }
    }
}
