using EtlWorker.Definitions;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Pipelines;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Serving;

/// <summary>Has this worker serve what was decided on: pipelines are added, paused and renamed, and their definitions exchanged.</summary>
internal sealed partial class ServedVersions(
    IServedPipelines pipelines, IPerPipeline<WorkerRegistry> registries, IPerPipeline<QueueWatermark> watermarks, Database database,
    SweepSignal sweep, DropSignal drops, ILoggerFactory loggers, ILogger<ServedVersions> logger)
{
    private readonly Dictionary<string, LoadedDefinition> _lastGood = [];
    private bool _remembers;

    /// <summary>The definitions in use, by source: what a source whose version is refused goes back to.</summary>
    public IReadOnlyDictionary<string, LoadedDefinition> LastGood => _lastGood;

    public bool IsEmpty => pipelines.Now.Count == 0;

    /// <summary>The pipelines that were removed.</summary>
    public IEnumerable<Pipeline> Paused => pipelines.Now.Where(pipeline => pipeline.IsPaused);

    /// <summary>What was in use, or removed, before the restart. The first time that the ledger is known.</summary>
    public void Remember(IReadOnlyList<(KnownPipeline Known, LoadedDefinition Definition)>? known)
    {
        if (_remembers || known is null)
        {
            return;
        }

        _remembers = true;
        foreach (var (pipeline, definition) in known)
        {
            if (!pipeline.IsRemoved)
            {
                _lastGood.TryAdd(pipeline.Source, definition);
            }

            if (pipelines.Now.All(one => one.Name != pipeline.Name))
            {
                // Until it is found where it was: what lands for it is recorded.
                pipelines.Add(new Pipeline(definition) { IsPaused = true });
            }
        }
    }

    /// <summary>Serves these and no others.</summary>
    /// <param name="used">Definitions by source.</param>
    /// <param name="cancellationToken">Cancels the questions to the ledger.</param>
    /// <returns>Whether all was done; what was not is done at the next call.</returns>
    public async Task<bool> UseAsync(IReadOnlyDictionary<string, LoadedDefinition> used, CancellationToken cancellationToken)
    {
        var isWhole = true;
        var names = used.Values.Select(definition => definition.Pipeline.Name).ToHashSet();
        var formers = used.Values.Where(one => pipelines.Now.All(other => other.Name != one.Pipeline.Name))
            .Select(definition => definition.Pipeline.FormerName).OfType<string>().ToHashSet();
        foreach (var gone in pipelines.Now.Where(one => !one.IsPaused && !names.Contains(one.Name) && !formers.Contains(one.Name)))
        {
            await PauseAsync(gone, cancellationToken);
        }

        foreach (var (source, definition) in used)
        {
            if (await UseAsync(source, definition, names.Count > 1, cancellationToken))
            {
                _lastGood[source] = definition;
            }
            else
            {
                isWhole = false;
            }
        }

        foreach (var source in _lastGood.Keys.Except(used.Keys).ToList())
        {
            _lastGood.Remove(source);
        }

        return isWhole;
    }

    private async Task<bool> UseAsync(string source, LoadedDefinition definition, bool hasOthers, CancellationToken cancellationToken)
    {
        var name = definition.Pipeline.Name;
        if (pipelines.Now.FirstOrDefault(one => one.Name == name) is not { } pipeline)
        {
            return await AddAsync(source, definition, hasOthers, cancellationToken);
        }

        if (pipeline.Definition.Hash == definition.Hash && !pipeline.IsPaused)
        {
            return true;
        }

        if (!pipeline.TryBegin())
        {
            // A run keeps the definition that it began with; the next look comes.
            return false;
        }

        try
        {
            if (pipeline.Definition.Hash != definition.Hash)
            {
                WatermarkOf(pipeline)?.Forget();
            }

            pipeline.Take(definition);
            pipeline.IsPaused = false;
        }
        finally
        {
            pipeline.End();
        }

        Announce(source, definition);
        return true;
    }

    private async Task<bool> AddAsync(string source, LoadedDefinition definition, bool hasOthers, CancellationToken cancellationToken)
    {
        var former = definition.Pipeline.FormerName is { } name ? pipelines.Now.FirstOrDefault(one => one.Name == name) : null;
        if (former is not null && !former.TryBegin())
        {
            return false;
        }

        var wasPaused = former is not { IsPaused: false };
        if (former is not null && !wasPaused)
        {
            await PauseAsync(former, cancellationToken);
        }

        if (hasOthers && !await IsSettledAsync(definition, cancellationToken))
        {
            if (former is not null)
            {
                former.IsPaused = wasPaused;
                former.End();
            }

            return false;
        }

        if (former is not null)
        {
            pipelines.Remove(former);
        }

        pipelines.Add(new Pipeline(definition));
        Announce(source, definition);
        return true;
    }

    /// <summary>One whose name is not settled must not keep the others from being served; alone, it waits where it is noticed.</summary>
    private async Task<bool> IsSettledAsync(LoadedDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await new FormerNames(new Pipeline(definition), loggers.CreateLogger<FormerNames>())
                .CarryPipelineAsync(connection, cancellationToken);
            return true;
        }
        catch (RenameRefusedException unsettled)
        {
            LogUnsettled(definition.Pipeline.Name, unsettled.Fault.Cause, unsettled.Fault.Remedy);
            return false;
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is not null)
        {
            // Nothing can be recorded under any name now; it is asked again when it can.
            return true;
        }
    }

    private async Task PauseAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        pipeline.IsPaused = true;
        if (registries.Now.FirstOrDefault(registry => registry.Pipeline == pipeline.Name) is { } registry)
        {
            await registry.LeaveAsync(cancellationToken);
        }

        LogPaused(pipeline.Name);
    }

    private QueueWatermark? WatermarkOf(Pipeline pipeline) =>
        pipelines.Now.Index().Where(one => one.Item == pipeline).Select(one => watermarks.Now[one.Index]).FirstOrDefault();

    private void Announce(string source, LoadedDefinition definition)
    {
        LogServed(definition.Pipeline.Name, DefinitionNotices.Short(definition.Hash), source);
        sweep.Raise();
        drops.Raise();
    }

    [LoggerMessage(LogLevel.Information, "Pipeline {Pipeline} is served by definition {Hash}, {Source}")]
    private partial void LogServed(string pipeline, string hash, string source);

    [LoggerMessage(LogLevel.Warning, "Pipeline {Pipeline} is paused: its definition is not there any more. Its drops are kept")]
    private partial void LogPaused(string pipeline);

    [LoggerMessage(LogLevel.Warning, "Pipeline {Pipeline} is not served yet: {Cause}. {Remedy}")]
    private partial void LogUnsettled(string pipeline, string cause, string remedy);
}
