using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Tests.Memory;

/// <summary>A run's journal in memory.</summary>
internal sealed class MemoryJournal : IRunJournal
{
    /// <summary>What was written, in order.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>What a run has waited; null where it is no longer this worker's.</summary>
    public RunWait? Wait { get; set; } = new(DateTimeOffset.UnixEpoch, TimeSpan.Zero, false);

    /// <summary>What each write throws; null where it is written.</summary>
    public Exception? Fault { get; set; }

    public Task NoteFaultAsync(Run run, string fault, CancellationToken cancellationToken) => WriteAsync($"fault: {fault}");

    public async Task<RunWait?> NotePassingAsync(Run run, string fault, CancellationToken cancellationToken)
    {
        await WriteAsync($"passing: {fault}");
        return Wait;
    }

    public Task ForgiveAttemptAsync(Run run, CancellationToken cancellationToken) => WriteAsync("forgive");

    public Task BeginStageAsync(Run run, RunStage stage, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WriteAsync($"begin {stage}");
    }

    public Task EndStageAsync(Run run, RunStage stage, CancellationToken cancellationToken) => WriteAsync($"end {stage}");

    public Task RecordFeedAsync(Run run, FeedResult feed, CancellationToken cancellationToken) => WriteAsync($"feed {feed.Feed}");

    public Task RecordRejectsAsync(
        Run run, Drop drop, RejectedFile? file, IReadOnlyCollection<Reject> rejects, CancellationToken cancellationToken) =>
        WriteAsync($"rejects of {drop.Feed}");

    public Task RecordCheckAsync(Run run, CheckFinding finding, CancellationToken cancellationToken) =>
        WriteAsync($"check {finding.Check.Name}");

    public Task ForgetRejectsAsync(Run run, Drop drop, CancellationToken cancellationToken) => WriteAsync($"no rejects of {drop.Feed}");

    private Task WriteAsync(string line)
    {
        Lines.Add(line);
        return Fault is null ? Task.CompletedTask : throw Fault;
    }
}
