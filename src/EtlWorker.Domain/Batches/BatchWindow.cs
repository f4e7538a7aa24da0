using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>The drops that gather for one date until <see cref="Closes"/>, while the decision is being made.</summary>
internal sealed class BatchWindow(DateOnly date, DateTimeOffset closes)
{
    private readonly List<DatedDrop> _members = [];

    public DateOnly Date => date;

    public DateTimeOffset Closes { get; private set; } = closes;

    public IReadOnlyList<DatedDrop> Members => _members;

    /// <summary>A drop whose key names another date waits for that date's batch.</summary>
    public void Offer(DatedDrop dated)
    {
        if (!dated.DateIsNamed || dated.Date == Date)
        {
            _members.Add(dated);
        }
    }

    public void Close(DateTimeOffset at) => Closes = at;

    public bool Has(FeedDefinition feed) => _members.Exists(member => member.Feed.Name == feed.Name);

    /// <summary>Whether the drop's feed is here with an earlier date.</summary>
    public bool HasEarlier(DatedDrop dated) =>
        _members.Exists(member => member.Feed.Name == dated.Feed.Name && member.Date < dated.Date);

    public bool IsComplete(PipelineDefinition definition) => !Missing(definition).Any();

    public IEnumerable<string> Missing(PipelineDefinition definition) =>
        definition.RequiredFeeds.Where(feed => !Has(feed)).Select(feed => feed.Name);

    public IEnumerable<Disposal> Superseded(string reason) =>
        _members.Select(member => new Disposal(member.Drop, member.Date, DropDisposition.Superseded, reason));
}
