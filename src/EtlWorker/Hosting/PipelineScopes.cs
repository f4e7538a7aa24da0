using EtlWorker.Definitions;
using Microsoft.Extensions.DependencyInjection;

namespace EtlWorker.Hosting;

/// <summary>The services of each pipeline, a scope a pipeline. There is one pipeline so far.</summary>
internal sealed class PipelineScopes : IDisposable
{
    private readonly List<IServiceScope> _scopes = [];

    public PipelineScopes(IServiceScopeFactory factory, IReadOnlyList<Pipeline> pipelines)
    {
        foreach (var pipeline in pipelines)
        {
            var scope = factory.CreateScope();
            scope.ServiceProvider.GetRequiredService<Holder>().Pipeline = pipeline;
            _scopes.Add(scope);
        }
    }

    /// <summary>A service of the one pipeline.</summary>
    public T Single<T>()
        where T : notnull => _scopes.Single().ServiceProvider.GetRequiredService<T>();

    public void Dispose() => _scopes.ForEach(scope => scope.Dispose());

    /// <summary>Says within a scope whose it is.</summary>
    internal sealed class Holder
    {
        public Pipeline Pipeline { get; set; } = null!;
    }
}
