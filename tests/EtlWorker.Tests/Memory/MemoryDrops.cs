using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Tests.Memory;

/// <summary>The drops of a ledger in memory.</summary>
internal sealed class MemoryDrops(MemoryLedger ledger) : IDropLedger, IDropRecorder
{
    /// <summary>What recording throws; null where it records.</summary>
    public Exception? Fault { get; set; }

    public Task<IReadOnlyList<Drop>> CandidatesAsync(PipelineDefinition pipeline, CancellationToken cancellationToken) =>
        Where(drop => drop.Disposition == DropDisposition.Pending);

    public Task<IReadOnlyList<Drop>> ClaimedByAsync(long runId, CancellationToken cancellationToken) =>
        Where(drop => drop.Disposition == DropDisposition.Claimed);

    public Task<IReadOnlyList<Drop>> ForRunAsync(Run run, PipelineDefinition pipeline, CancellationToken cancellationToken) =>
        Where(drop => drop.Disposition is DropDisposition.Claimed or DropDisposition.Pending or DropDisposition.Failed);

    public Task GoneAsync(Drop drop, string reason, CancellationToken cancellationToken) => MoveAsync(drop, DropDisposition.Gone);

    public Task WithdrawAsync(Drop drop, bool every, string reason, CancellationToken cancellationToken) =>
        MoveAsync(drop, DropDisposition.Gone);

    public async Task<bool> ExcludeAsync(ExcludedDrop excluded, CancellationToken cancellationToken)
    {
        await MoveAsync(excluded.Drop, excluded.Disposition);
        return true;
    }

    public Task<IReadOnlyList<ExcludedDrop>> ExcludedAsync(
        IReadOnlyCollection<long> ids, DropDisposition disposition, DateOnly date, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ExcludedDrop>>(
            [.. ledger.Drops.Where(drop => ids.Contains(drop.Id)).Select(drop => new ExcludedDrop(drop, date, disposition, ""))]);

    public Task<IReadOnlyList<FoundDrop>> FindAsync(
        string pipeline, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No person names a drop here.");

    public Task RecordManualAsync(Run run, string feed, DropEvent file, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No command runs here.");

    public Task<IReadOnlyList<Drop>> WaitingVersionsAsync(
        string pipeline, string feed, DropEvent current, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No command runs here.");

    public Task<(string Key, DateOnly Date, long Run)?> LoadedContentAsync(
        string pipeline, string feed, string sha256, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No command runs here.");

    public Task DiscardAsync(
        IReadOnlyCollection<long> ids, string who, string reason, CancellationToken cancellationToken)
    {
        ledger.Move(drop => ids.Contains(drop.Id), DropDisposition.Discarded);
        return Task.CompletedTask;
    }

    /// <summary>How many events were to be recorded.</summary>
    public int Recorded { get; private set; }

    public Task<IReadOnlyList<MatchedEvent>> RecordAsync(
        string pipeline, IReadOnlyList<MatchedEvent> events, CancellationToken cancellationToken)
    {
        Recorded += events.Count;
        return Fault is null ? Task.FromResult(ledger.Record(events)) : throw Fault;
    }

    public Task<IReadOnlySet<string>> GoneKeysAsync(
        string pipeline, string bucket, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<string>>(
            ledger.Drops.Where(drop => drop.Disposition == DropDisposition.Gone).Select(drop => drop.Key).ToHashSet());

    public Task<IReadOnlyList<(long Id, string Bucket, string Key)>> IgnoredAsync(
        string pipeline, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(long, string, string)>>(
            [.. ledger.Drops.Where(drop => drop.Disposition == DropDisposition.Ignored).Select(drop => (drop.Id, drop.Bucket, drop.Key))]);

    public Task<bool> RecallAsync(long id, string feed, CancellationToken cancellationToken)
    {
        ledger.Move(drop => drop.Id == id, DropDisposition.Pending);
        return Task.FromResult(true);
    }

    public Task RecordUnreadableAsync(
        string queue, string messageId, string body, string reason, int receiveCount, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Every message is readable here.");

    private Task<IReadOnlyList<Drop>> Where(Func<Drop, bool> which) =>
        Task.FromResult<IReadOnlyList<Drop>>([.. ledger.Drops.Where(which)]);

    private Task MoveAsync(Drop drop, DropDisposition disposition)
    {
        ledger.Move(known => known.Id == drop.Id, disposition);
        return Task.CompletedTask;
    }
}
