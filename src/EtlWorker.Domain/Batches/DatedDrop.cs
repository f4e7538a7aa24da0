using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop with its feed and the date that it belongs to, which its key names or its event time gives.</summary>
internal sealed record DatedDrop(Drop Drop, FeedDefinition Feed, DateOnly Date, bool DateIsNamed);
