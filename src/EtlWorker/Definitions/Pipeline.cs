using EtlWorker.Domain.Batches;

namespace EtlWorker.Definitions;

/// <summary>
/// One pipeline that this worker serves. What belongs to it and to no other is made for it in a scope of its own: its definition, the
/// decision on its batches, its lock (of its name). Its definition may be exchanged between two steps, its name never.
/// </summary>
internal sealed class Pipeline(LoadedDefinition definition)
{
    private Version _now = new(definition);
    private int _isBusy;
    private volatile bool _isPaused;
    private volatile bool _isAwaited;
    private volatile bool _isUnsettled;

    public string Name { get; } = definition.Pipeline.Name;

    /// <summary>The definition with which its next run begins; a run that has begun keeps its own.</summary>
    public LoadedDefinition Definition => Volatile.Read(ref _now).Definition;

    public BatchPlanner Planner => Volatile.Read(ref _now).Planner;

    /// <summary>It was removed: what lands is recorded, and no run begins until it is back.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
    }

    /// <summary>Another definition waits for the end of its step: no further step begins before it has it.</summary>
    public bool IsAwaited
    {
        get => _isAwaited;
        set => _isAwaited = value;
    }

    /// <summary>Nothing may be recorded under its name yet, and others must not wait for that.</summary>
    public bool IsUnsettled
    {
        get => _isUnsettled;
        set => _isUnsettled = value;
    }

    /// <summary>Begins a step, or the exchange of its definition: never both.</summary>
    /// <returns>False where the other one has begun.</returns>
    public bool TryBegin() => Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0;

    public void End() => Volatile.Write(ref _isBusy, 0);

    /// <summary>Between <see cref="TryBegin"/> and <see cref="End"/>.</summary>
    public void Take(LoadedDefinition next)
    {
        if (next.Pipeline.Name != Name)
        {
            throw new InvalidOperationException($"{next.Pipeline.Name} is another pipeline than {Name}.");
        }

        Volatile.Write(ref _now, new Version(next));
    }

    private sealed class Version(LoadedDefinition definition)
    {
        public LoadedDefinition Definition => definition;

        public BatchPlanner Planner { get; } = new(definition.Pipeline, definition.Calendar);
    }
}
