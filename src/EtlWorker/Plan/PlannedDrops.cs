using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Plan;

/// <summary>The drops of a dry run: the load asks for those of its run, and for nothing else.</summary>
internal sealed class PlannedDrops(IReadOnlyList<Drop> drops) : IDropLedger
{
    public Task<IReadOnlyList<Drop>> ClaimedByAsync(long runId, CancellationToken cancellationToken) => Task.FromResult(drops);

    public Task<IReadOnlyList<Drop>> CandidatesAsync(PipelineDefinition pipeline, CancellationToken cancellationToken) => throw Never();

    public Task<IReadOnlyList<Drop>> ForRunAsync(Run run, PipelineDefinition pipeline, CancellationToken cancellationToken) =>
        throw Never();

    public Task GoneAsync(Drop drop, string reason, CancellationToken cancellationToken) => throw Never();

    public Task WithdrawAsync(Drop drop, bool every, string reason, CancellationToken cancellationToken) => throw Never();

    public Task<bool> ExcludeAsync(ExcludedDrop excluded, CancellationToken cancellationToken) => throw Never();

    public Task<IReadOnlyList<ExcludedDrop>> ExcludedAsync(
        IReadOnlyCollection<long> ids, DropDisposition disposition, DateOnly date, CancellationToken cancellationToken) => throw Never();

    public Task<IReadOnlyList<FoundDrop>> FindAsync(string pipeline, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        throw Never();

    public Task DiscardAsync(IReadOnlyCollection<long> ids, string who, string reason, CancellationToken cancellationToken) =>
        throw Never();

    public Task RecordManualAsync(Run run, string feed, DropEvent file, CancellationToken cancellationToken) => throw Never();

    public Task<IReadOnlyList<Drop>> WaitingVersionsAsync(
        string pipeline, string feed, DropEvent current, CancellationToken cancellationToken) => throw Never();

    public Task<(string Key, DateOnly Date, long Run)?> LoadedContentAsync(
        string pipeline, string feed, string sha256, CancellationToken cancellationToken) => throw Never();

    private static NotSupportedException Never() => new("A dry run changes no drop, and plans no other batch.");
}
