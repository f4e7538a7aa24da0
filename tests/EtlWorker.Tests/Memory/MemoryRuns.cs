using EtlWorker.Definitions;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Tests.Memory;

/// <summary>The runs of a ledger in memory.</summary>
internal sealed class MemoryRuns(MemoryLedger ledger) : IRunLedger
{
    public Task<IReadOnlyList<RunSummary>> SummariesAsync(string pipeline, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RunSummary>>([.. ledger.Runs.Select(run => new RunSummary(run.RunDate, run.State))]);

    public Task<Run?> ClaimAsync(Claim claim, CancellationToken cancellationToken)
    {
        var run = new Run
        {
            Id = ledger.Runs.Count + 1,
            Pipeline = claim.Pipeline,
            RunDate = claim.Batch.RunDate,
            AsOf = claim.AsOf,
            State = RunState.Claimed,
            Attempt = 1,
            FirstAttempt = 1,
            DefinitionHash = claim.DefinitionHash,
            Worker = claim.Worker,
            ClaimedAt = ledger.Time.GetUtcNow(),
            Warnings = claim.Warnings,
        };
        ledger.Runs.Add(run);
        Take(run, claim);
        return Task.FromResult<Run?>(run);
    }

    public Task<Run?> UnfinishedAsync(string pipeline, CancellationToken cancellationToken) => Task.FromResult(
        ledger.Runs.FirstOrDefault(run => run.State is RunState.Claimed or RunState.Committed && !run.IsParked));

    public Task<IReadOnlyList<Run>> UndeliveredManualAsync(string pipeline, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No command runs here.");

    public Task<(string Document, string Sql)> DefinitionAsync(string hash, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Every run has the worker's own definition.");

    public Task<RunStory> StoryAsync(Run run, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken) =>
        Task.FromResult(new RunStory { Feeds = [], Stages = [], Rejects = [] });

    public Task<Run> NextAttemptAsync(Run run, string worker, CancellationToken cancellationToken) =>
        Task.FromResult(ledger.Change(run with { Attempt = run.Attempt + 1, Worker = worker }));

    public Task BeginWaitAnewAsync(Run run, bool wasAway, CancellationToken cancellationToken) =>
        CallAsync($"begin wait anew, away: {wasAway}");

    public Task<Run> TakeOverDeliveryAsync(Run run, string worker, CancellationToken cancellationToken) =>
        Task.FromResult(ledger.Change(run with { Worker = worker }));

    public Task ForgiveAttemptAsync(Run run, CancellationToken cancellationToken) => CallAsync("forgive in the session");

    public Task<DateOnly?> NewestLoadedAsync(string pipeline, CancellationToken cancellationToken) => Task.FromResult(
        ledger.Runs.Where(run => run.State is RunState.Committed or RunState.Succeeded).Select(run => (DateOnly?)run.RunDate).Max());

    public Task<IReadOnlyDictionary<string, FormerRows>> FormerRowsAsync(
        Run run, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, FormerRows>>(new Dictionary<string, FormerRows>());

    public Task CommitAsync(Run run, IEnumerable<string> warnings, CancellationToken cancellationToken)
    {
        ledger.Change(run with { State = RunState.Committed, Warnings = [.. run.Warnings, .. warnings] });
        ledger.Move(drop => drop.RunDate == run.RunDate && drop.Disposition == DropDisposition.Claimed, DropDisposition.Loaded);
        return Task.CompletedTask;
    }

    public Task SucceedAsync(Run run, CancellationToken cancellationToken)
    {
        ledger.Change(run with { State = RunState.Succeeded });
        return Task.CompletedTask;
    }

    public Task<RunState> FailAsync(
        Run run, string error, IEnumerable<long> returned, IEnumerable<long> kept, CancellationToken cancellationToken)
    {
        ledger.Change(run with { State = RunState.Failed, Error = error });
        ledger.Move(drop => returned.Contains(drop.Id), DropDisposition.Pending);
        ledger.Move(drop => kept.Contains(drop.Id), DropDisposition.Held);
        ledger.Move(drop => drop.RunDate == run.RunDate && drop.Disposition == DropDisposition.Claimed, DropDisposition.Failed);
        return Task.FromResult(RunState.Failed);
    }

    public Task<RunProgress> ProgressAsync(long run, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nobody waits for a run here.");

    public Task ReleaseAsync(Run run, CancellationToken cancellationToken)
    {
        ledger.Runs.RemoveAll(known => known.Id == run.Id);
        ledger.Move(drop => drop.Disposition == DropDisposition.Claimed, DropDisposition.Pending);
        return Task.CompletedTask;
    }

    public Task ReplaceDropsAsync(Run run, Claim claim, CancellationToken cancellationToken)
    {
        Take(run, claim);
        return Task.CompletedTask;
    }

    public Task ParkAsync(Run run, string error, CancellationToken cancellationToken)
    {
        ledger.Change(run with { Error = error });
        return Task.CompletedTask;
    }

    public Task<Run?> OfDateAsync(string pipeline, DateOnly date, CancellationToken cancellationToken) =>
        Task.FromResult(ledger.Runs.FirstOrDefault(run => run.RunDate == date));

    public Task UnparkAsync(Run run, LoadedDefinition definition, string reason, CancellationToken cancellationToken)
    {
        ledger.Change(run with { Error = null, Reason = reason, DefinitionHash = definition.Hash });
        return Task.CompletedTask;
    }

    public Task ReopenAsync(Run run, Claim claim, string reason, CancellationToken cancellationToken)
    {
        ledger.Change(run with { State = RunState.Claimed, Reason = reason, FirstAttempt = run.Attempt + 1, Error = null });
        Take(run, claim);
        return Task.CompletedTask;
    }

    private void Take(Run run, Claim claim) =>
        ledger.Move(drop => claim.Batch.Drops.Any(taken => taken.Id == drop.Id), DropDisposition.Claimed, run.RunDate);

    private Task CallAsync(string call)
    {
        ledger.Calls.Add(call);
        return Task.CompletedTask;
    }
}
