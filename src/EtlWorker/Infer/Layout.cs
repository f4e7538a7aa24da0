using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Infer;

/// <summary>How a file's lines are to be read.</summary>
/// <param name="Feed">With the options that say so; its columns, name and table are not set yet.</param>
/// <param name="Names">What the file calls its columns, or column 1 and so on where it has no names.</param>
internal sealed record Layout(FeedDefinition Feed, IReadOnlyList<string> Names)
{
    /// <summary>Whether the names stand in the file.</summary>
    public bool HasNames { get; init; }

    /// <summary>How each part of it is known, for a person.</summary>
    public IReadOnlyList<(string What, string Why)> Reasons { get; init; } = [];

    /// <summary>What a person must decide.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];
}
