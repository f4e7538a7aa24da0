using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Infer;

/// <summary>A feed and its table as they are proposed.</summary>
/// <param name="Feed">As the definition has it.</param>
/// <param name="Columns">Of the table, in the order of the file's fields.</param>
/// <param name="Files">What it was inferred from.</param>
/// <param name="Layout">How their lines are read.</param>
/// <param name="Profile">Their rows.</param>
/// <param name="Trial">What the loader does with them.</param>
internal sealed record FeedProposal(
    FeedDefinition Feed, IReadOnlyList<ProposedColumn> Columns, IReadOnlyList<InspectedFile> Files, Layout Layout, FeedProfile Profile,
    Trial Trial)
{
    public required Places Places { get; init; }

    /// <summary>What a person must decide of the feed as a whole.</summary>
    public required IReadOnlyList<string> Doubts { get; init; }

    /// <summary>What is worth a look.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}
