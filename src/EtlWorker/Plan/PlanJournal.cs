using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Plan;

/// <summary>What a dry run says of its files and rejects: kept for the report, and never in the ledger.</summary>
internal sealed class PlanJournal : IRunJournal, IDisposable
{
    private readonly Dictionary<long, FeedResult> _results = [];
    private readonly Dictionary<long, RejectSpool> _rejects = [];

    /// <returns>Null where the file was not loaded to its end.</returns>
    public FeedResult? ResultOf(Drop drop) => _results.GetValueOrDefault(drop.Id);

    /// <summary>The rejects of a drop, in the order of its lines.</summary>
    public IEnumerable<Reject> RejectsOf(Drop drop) => _rejects.TryGetValue(drop.Id, out var kept) ? kept.InOrder() : [];

    public long CountOf(Drop drop) => _rejects.TryGetValue(drop.Id, out var kept) ? kept.Count : 0;

    public Task RecordFeedAsync(Run run, FeedResult feed, CancellationToken cancellationToken)
    {
        _results[feed.DropId] = feed;
        return Task.CompletedTask;
    }

    public Task RecordRejectsAsync(
        Run run, Drop drop, RejectedFile? file, IReadOnlyCollection<Reject> rejects, CancellationToken cancellationToken)
    {
        if (!_rejects.TryGetValue(drop.Id, out var kept))
        {
            _rejects.Add(drop.Id, kept = new RejectSpool());
        }

        kept.Add(rejects);
        return Task.CompletedTask;
    }

    public Task RecordCheckAsync(Run run, CheckFinding finding, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ForgetRejectsAsync(Run run, Drop drop, CancellationToken cancellationToken)
    {
        _rejects.GetValueOrDefault(drop.Id)?.Clear();
        return Task.CompletedTask;
    }

    /// <summary>The load begins again.</summary>
    public void Clear()
    {
        _results.Clear();
        foreach (var kept in _rejects.Values)
        {
            kept.Clear();
        }
    }

    public void Dispose()
    {
        foreach (var kept in _rejects.Values)
        {
            kept.Dispose();
        }
    }

    public Task BeginStageAsync(Run run, RunStage stage, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task EndStageAsync(Run run, RunStage stage, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task NoteFaultAsync(Run run, string fault, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<RunWait?> NotePassingAsync(Run run, string fault, CancellationToken cancellationToken) => Task.FromResult<RunWait?>(null);

    public Task ForgiveAttemptAsync(Run run, CancellationToken cancellationToken) => Task.CompletedTask;
}
