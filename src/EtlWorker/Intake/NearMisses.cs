using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Intake;

/// <summary>
/// Warns of an ignored object that was probably meant for a feed: its key differs only in spelling, its bucket is another one, or a feed
/// of another pipeline in this ledger takes it, whose message this worker has taken off the queue. Once a key.
/// </summary>
internal sealed partial class NearMisses(
    Pipeline pipeline, IPerPipeline<Pipeline> served, DefinitionLedger ledger, TimeProvider time, ILogger<NearMisses> logger)
{
    /// <summary>
    /// Keys of which it was warned: one that comes daily is reported once, and one that counts up does not fill the memory.
    /// </summary>
    private const int MostKeys = 1000;

    /// <summary>How long the other pipelines are taken to be the same.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly HashSet<(string Bucket, string Key)> _warned = [];
    private readonly Queue<(string Bucket, string Key)> _order = [];
    private IReadOnlyList<PipelineDefinition> _others = [];
    private DateTimeOffset? _readAt;

    /// <param name="ignored">An event that no feed of the pipeline takes.</param>
    /// <param name="cancellationToken">Cancels the look into the ledger.</param>
    public async Task LookAsync(MatchedEvent ignored, CancellationToken cancellationToken)
    {
        var (bucket, key) = (ignored.Event.Bucket, ignored.Event.Key);
        if (key.EndsWith('/') || _warned.Contains((bucket, key)) || served.Now.Any(other => other != pipeline && Takes(other, key)))
        {
            return;
        }

        var definition = pipeline.Definition.Pipeline;
        if (definition.TargetOf(key) is { } taker)
        {
            // A feed takes the key, so it was the bucket.
            LogOtherBucket(key, ignored.IgnoredBecause!, bucket, taker.Name);
            Remember(bucket, key);
        }
        else if (ResemblingOf(definition, key, out var difference) is { } feed)
        {
            LogResembles(key, difference, feed.Name, feed.Object);
            Remember(bucket, key);
        }
        else if (await OtherOfAsync(key, cancellationToken) is { } other)
        {
            LogOtherPipeline(key, other.TargetOf(key)!.Name, other.Name);
            Remember(bucket, key);
        }
    }

    /// <summary>It is no miss at all: the event was for another pipeline of this worker.</summary>
    private static bool Takes(Pipeline other, string key) => other.Definition.Pipeline.TargetOf(key) is not null;

    private static IDropTarget? ResemblingOf(PipelineDefinition pipeline, string key, out string difference)
    {
        foreach (var target in pipeline.Targets)
        {
            if (KeyLikeness.Difference(target.Object, key) is { } found)
            {
                difference = found;
                return target;
            }
        }

        difference = "";
        return null;
    }

    private async Task<PipelineDefinition?> OtherOfAsync(string key, CancellationToken cancellationToken)
    {
        if (_readAt is null || time.GetUtcNow() - _readAt > Fresh)
        {
            var kept = await ledger.OthersAsync(pipeline.Name, cancellationToken);
            _others = [.. kept.Select(Parsed).OfType<PipelineDefinition>()];
            _readAt = time.GetUtcNow();
        }

        return _others.FirstOrDefault(other => other.TargetOf(key) is not null);
    }

    private static PipelineDefinition? Parsed((string Document, string Sql) kept)
    {
        try
        {
            return DefinitionFile.FromLedger(kept.Document, kept.Sql).Pipeline;
        }
        catch (Exception fault) when (fault is InvalidDefinitionException or TimeZoneNotFoundException)
        {
            // Another version's, with options that this one does not have.
            return null;
        }
    }

    private void Remember(string bucket, string key)
    {
        if (_order.Count == MostKeys)
        {
            _warned.Remove(_order.Dequeue());
        }

        _warned.Add((bucket, key));
        _order.Enqueue((bucket, key));
    }

    [LoggerMessage(LogLevel.Warning,
        "{Key} is ignored: it differs in {Difference} from what feed {Feed} takes ({Object}). Drop it so, or correct the feed's object")]
    private partial void LogResembles(string key, string difference, string feed, string @object);

    [LoggerMessage(LogLevel.Warning,
        "{Key} in bucket {Bucket} is ignored: {Reason}, and feed {Feed} takes that key. Drop it there, or correct PIPELINE__BUCKET")]
    private partial void LogOtherBucket(string key, string reason, string bucket, string feed);

    [LoggerMessage(LogLevel.Warning,
        "{Key} is ignored here; feed {Feed} of pipeline {Other} takes it and finds it by listing only, since this worker has taken its "
        + "message off the queue. Give each worker a queue of its own, or have one worker serve both pipelines")]
    private partial void LogOtherPipeline(string key, string feed, string other);
}
