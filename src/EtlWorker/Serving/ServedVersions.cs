using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
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
    VersionReadiness readiness, SweepSignal sweep, DropSignal drops, TimeProvider time, ILoggerFactory loggers,
    ILogger<ServedVersions> logger)
{
    private readonly Dictionary<string, LoadedDefinition> _lastGood = [];
    /// <summary>A former name that is still in use is let go for a moment at each try.</summary>
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Unsettled> _unsettled = [];

    /// <summary>Where the definition of each pipeline was found.</summary>
    private readonly Dictionary<string, string> _sources = [];
    private bool _remembers;

    /// <summary>The definitions in use, by source: what a source whose version is refused goes back to.</summary>
    public IReadOnlyDictionary<string, LoadedDefinition> LastGood => _lastGood;

    public bool IsEmpty => pipelines.Now.Count == 0;

    /// <summary>Sources whose pipeline's name is not settled, or whose migrations are not applied, and why: they wait.</summary>
    public IReadOnlyDictionary<string, Unsettled> Waiting => _unsettled;

    /// <summary>The pipelines that were removed.</summary>
    public IEnumerable<Pipeline> Paused => pipelines.Now.Where(pipeline => pipeline.IsPaused);

    /// <summary>Where a pipeline's definition was found last.</summary>
    public string? SourceOf(Pipeline pipeline) => _sources.GetValueOrDefault(pipeline.Name);

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
            _sources.TryAdd(pipeline.Name, pipeline.Source);
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
    /// <param name="isKnown">Whether the ledger has said what was in use, or removed, before.</param>
    /// <param name="cancellationToken">Cancels the questions to the ledger.</param>
    /// <returns>Whether all was done; what was not is done at the next call.</returns>
    public async Task<bool> UseAsync(
        IReadOnlyDictionary<string, LoadedDefinition> used, bool isKnown, CancellationToken cancellationToken)
    {
        var names = used.Values.Select(definition => definition.Pipeline.Name).ToHashSet();
        var formers = used.Values.Where(one => Find(one.Pipeline.Name) is null)
            .Select(definition => definition.Pipeline.FormerName).OfType<string>().ToHashSet();
        foreach (var gone in pipelines.Now.Where(one => !one.IsPaused && !names.Contains(one.Name) && !formers.Contains(one.Name)))
        {
            await PauseAsync(gone, cancellationToken);
        }

        var busy = BusyOf(used);
        var isWhole = true;
        foreach (var (source, definition) in used)
        {
            if (!ClashesWith(busy, definition) && await UseAsync(source, definition, names.Count > 1, cancellationToken))
            {
                _lastGood[source] = definition;
                _sources[definition.Pipeline.Name] = source;
            }
            else if (!IsRefused(source, definition))
            {
                isWhole = false;
            }
        }

        Forget(used);
        pipelines.IsComplete |= isKnown;
        return isWhole;
    }

    /// <summary>Those that are in the middle of a step and are to get another definition: none begins before it has it.</summary>
    private List<Pipeline> BusyOf(IReadOnlyDictionary<string, LoadedDefinition> used)
    {
        var changed = used.Where(one => !IsRefused(one.Key, one.Value)).Select(one => one.Value)
            .Select(one => (Next: one, Pipeline: Find(one.Pipeline.Name) ?? Find(one.Pipeline.FormerName)))
            .Where(one => one.Pipeline is { IsPaused: false } pipeline && pipeline.Definition.Hash != one.Next.Hash)
            .Select(one => one.Pipeline!).ToList();
        var busy = new List<Pipeline>();
        foreach (var pipeline in pipelines.Now)
        {
            pipeline.IsAwaited = changed.Contains(pipeline);
            if (pipeline.IsAwaited && !pipeline.TryBegin())
            {
                busy.Add(pipeline);
            }
            else if (pipeline.IsAwaited)
            {
                pipeline.End();
            }
        }

        return busy;
    }

    /// <summary>What a run is still filling no other pipeline may fill.</summary>
    private static bool ClashesWith(IEnumerable<Pipeline> busy, LoadedDefinition next) => busy.Any(pipeline =>
        pipeline.Name != next.Pipeline.Name && pipeline.Name != next.Pipeline.FormerName
        && PipelineConflicts.Between(next.Pipeline, pipeline.Definition.Pipeline).Any());

    private void Forget(IReadOnlyDictionary<string, LoadedDefinition> used)
    {
        foreach (var source in _unsettled.Keys.Except(used.Keys).ToList())
        {
            _unsettled.Remove(source);
        }

        foreach (var source in _lastGood.Keys.Except(used.Keys).ToList())
        {
            _lastGood.Remove(source);
        }
    }

    private Pipeline? Find(string? name) => pipelines.Now.FirstOrDefault(one => one.Name == name);

    private async Task<bool> UseAsync(string source, LoadedDefinition definition, bool hasOthers, CancellationToken cancellationToken)
    {
        if (Find(definition.Pipeline.Name) is not { } pipeline)
        {
            return await AddAsync(source, definition, hasOthers, cancellationToken);
        }

        if (pipeline.Definition.Hash == definition.Hash && !pipeline.IsPaused)
        {
            return true;
        }

        if ((hasOthers && !await IsSettledAsync(source, definition, cancellationToken)) || !pipeline.TryBegin())
        {
            // A run keeps the definition that it began with; the next look comes.
            return false;
        }

        try
        {
            // It may take long: the run loop asks again when it is over.
            pipeline.IsAwaited = true;
            var isOther = pipeline.Definition.Hash != definition.Hash;
            if (isOther && await readiness.PrepareAsync(definition, pipeline.Definition, cancellationToken) is { } unready)
            {
                // What it has goes on.
                Note(source, definition, unready);
                return false;
            }

            _unsettled.Remove(source);
            pipeline.Take(definition);
            if (isOther)
            {
                WatermarkOf(pipeline)?.Forget();
            }

            pipeline.IsPaused = false;
        }
        finally
        {
            pipeline.IsAwaited = false;
            pipeline.End();
        }

        Announce(source, definition);
        return true;
    }

    private async Task<bool> AddAsync(string source, LoadedDefinition definition, bool hasOthers, CancellationToken cancellationToken)
    {
        var next = new Pipeline(definition);
        if (definition.Pipeline.FormerName is not { } name || Find(name) is not { } former)
        {
            // What the ledger has under a former name is carried over before anything is recorded under the new one.
            if ((hasOthers || definition.Pipeline.FormerName is not null)
                && !await IsSettledAsync(source, definition, cancellationToken))
            {
                return false;
            }

            pipelines.Add(next);
        }
        else if (!await RenameAsync(source, former, next, cancellationToken))
        {
            return false;
        }

        if (pipelines.IsComplete)
        {
            // The queue told of what landed before it was here.
            WatermarkOf(next)?.Forget();
        }

        Announce(source, definition);
        return true;
    }

    private async Task<bool> RenameAsync(string source, Pipeline former, Pipeline next, CancellationToken cancellationToken)
    {
        if ((_unsettled.TryGetValue(source, out var tried) && time.GetUtcNow() - tried.TriedAt < BetweenTries) || !former.TryBegin())
        {
            return false;
        }

        // Nobody registers it meanwhile.
        former.IsPaused = true;
        await LeaveAsync(former, cancellationToken);
        if (await IsSettledAsync(source, next.Definition, cancellationToken))
        {
            pipelines.Replace(former, next);
            return true;
        }

        // Where it is the one that was in use it stays so.
        former.IsPaused = _lastGood.GetValueOrDefault(source)?.Pipeline.Name != former.Name;
        former.IsAwaited = false;
        former.End();
        return false;
    }

    /// <summary>One whose name is not settled must not keep the others from being served; alone, it waits where it is noticed.</summary>
    private async Task<bool> IsSettledAsync(string source, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await new FormerNames(new Pipeline(definition), loggers.CreateLogger<FormerNames>())
                .CarryPipelineAsync(connection, cancellationToken);
            _unsettled.Remove(source);
            return true;
        }
        catch (RenameRefusedException unsettled)
        {
            // That a former worker is gone is waited for.
            Note(source, definition, unsettled.Fault with { Kind = FaultKind.Passing });
            return false;
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is not null)
        {
            // Nothing can be recorded under any name now; it is asked again when it can.
            return true;
        }
    }

    private void Note(string source, LoadedDefinition definition, Fault fault)
    {
        if (fault.IsTransient && IsRefused(source, definition))
        {
            // That it could not be tried again just now is no news.
            return;
        }

        var now = time.GetUtcNow();
        var before = _unsettled.TryGetValue(source, out var noted) && noted.Hash == definition.Hash ? noted : null;
        if (before?.Why != fault.Advice)
        {
            LogUnsettled(definition.Pipeline.Name, DefinitionNotices.Short(definition.Hash), fault.Cause.TrimEnd('.'), fault.Remedy);
        }

        _unsettled[source] = new Unsettled(definition.Hash, fault.Advice, !fault.IsTransient, before?.Since ?? now, now);
    }

    /// <summary>Whether PostgreSQL refused what the version needs, so that it is no use to wait for it.</summary>
    private bool IsRefused(string source, LoadedDefinition definition) =>
        _unsettled.GetValueOrDefault(source) is { IsRefused: true } noted && noted.Hash == definition.Hash;

    private async Task PauseAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        pipeline.IsPaused = true;
        await LeaveAsync(pipeline, cancellationToken);
        LogPaused(pipeline.Name);
    }

    private async Task LeaveAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        if (registries.Now.FirstOrDefault(registry => registry.Pipeline == pipeline.Name) is { } registry)
        {
            await registry.LeaveAsync(cancellationToken);
        }
    }

    private QueueWatermark? WatermarkOf(Pipeline pipeline) =>
        pipelines.Now.Index().Where(one => one.Item == pipeline).Select(one => watermarks.Now[one.Index]).FirstOrDefault();

    private void Announce(string source, LoadedDefinition definition)
    {
        LogServed(definition.Pipeline.Name, DefinitionNotices.Short(definition.Hash), source);
        sweep.Raise();
        drops.Raise();
    }

    /// <param name="Hash">The version's.</param>
    /// <param name="Why">Why, and what to do.</param>
    /// <param name="IsRefused">Whether waiting does not help.</param>
    /// <param name="Since">Since when.</param>
    /// <param name="TriedAt">When it was last tried.</param>
    internal sealed record Unsettled(string Hash, string Why, bool IsRefused, DateTimeOffset Since, DateTimeOffset TriedAt);

    [LoggerMessage(LogLevel.Information, "Pipeline {Pipeline} is served by definition {Hash}, {Source}")]
    private partial void LogServed(string pipeline, string hash, string source);

    [LoggerMessage(LogLevel.Warning, "Pipeline {Pipeline} is paused: its definition is not there any more. Its drops are kept")]
    private partial void LogPaused(string pipeline);

    [LoggerMessage(LogLevel.Warning, "Pipeline {Pipeline} is not served by definition {Hash} yet: {Cause}. {Remedy}")]
    private partial void LogUnsettled(string pipeline, string hash, string cause, string remedy);
}
