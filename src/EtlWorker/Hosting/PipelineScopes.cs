using EtlWorker.Definitions;
using Microsoft.Extensions.DependencyInjection;

namespace EtlWorker.Hosting;

/// <summary>The services of each pipeline, a scope a pipeline. They come and go while the worker runs.</summary>
internal sealed class PipelineScopes(IServiceScopeFactory factory) : IServedPipelines, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<IServiceScope> _ended = [];
    private IReadOnlyList<(Pipeline Pipeline, IServiceScope Scope)> _served = [];
    private volatile bool _isComplete;

    public IReadOnlyList<Pipeline> Now => [.. Volatile.Read(ref _served).Select(served => served.Pipeline)];

    public bool IsComplete
    {
        get => _isComplete;
        set => _isComplete = value;
    }

    public void Add(Pipeline pipeline) => Exchange(null, pipeline);

    public void Replace(Pipeline former, Pipeline next) => Exchange(former, next);

    public void Dispose()
    {
        _ended.ForEach(scope => scope.Dispose());
        foreach (var (_, scope) in _served)
        {
            scope.Dispose();
        }
    }

    private void Exchange(Pipeline? former, Pipeline next)
    {
        var scope = factory.CreateScope();
        scope.ServiceProvider.GetRequiredService<Holder>().Pipeline = next;
        lock (_lock)
        {
            // Another loop may still be using it: its scope ends with the worker.
            _ended.AddRange(_served.Where(served => served.Pipeline == former).Select(served => served.Scope));
            Volatile.Write(
                ref _served,
                [
                    .. _served.Where(served => served.Pipeline != former).Append((next, scope))
                        .OrderBy(served => served.Item1.Name, StringComparer.Ordinal),
                ]);
        }
    }

    private IReadOnlyList<T> Of<T>()
        where T : notnull => [.. Volatile.Read(ref _served).Select(served => served.Scope.ServiceProvider.GetRequiredService<T>())];

    /// <summary>Says within a scope whose it is.</summary>
    internal sealed class Holder
    {
        public Pipeline Pipeline { get; set; } = null!;
    }

    /// <summary>The services of one kind.</summary>
    internal sealed class Each<T>(PipelineScopes scopes) : IPerPipeline<T>
        where T : notnull
    {
        public IReadOnlyList<T> Now => scopes.Of<T>();
    }
}
