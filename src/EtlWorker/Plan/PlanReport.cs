using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Plan;

/// <summary>What a run would have done. The rejects themselves are in the journal, by drop.</summary>
internal sealed record PlanReport
{
    public required string Pipeline { get; init; }

    public required DateOnly RunDate { get; init; }

    public required DateOnly AsOf { get; init; }

    /// <summary>host:port/database.</summary>
    public required string Database { get; init; }

    public required PlannedSet Set { get; init; }

    public List<PlannedFile> Files { get; } = [];

    public List<PlannedCheck> Checks { get; } = [];

    public List<PlannedResult> Results { get; } = [];

    public List<PlannedExport> Exports { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>In the order in which a run would meet them: it would end at the first.</summary>
    public List<PlannedFailure> Failures { get; } = [];

    /// <summary>How long each stage took.</summary>
    public List<(RunStage Stage, TimeSpan Took)> Stages { get; } = [];

    public bool Succeeds => Failures.Count == 0;
}

/// <param name="Drop">The file.</param>
/// <param name="Feed">Its feed.</param>
/// <param name="Bytes">As they were read.</param>
/// <param name="Read">Rows.</param>
/// <param name="Loaded">Rows.</param>
/// <param name="Rejected">Rows; a misplaced quote counts once for each line that it joined.</param>
/// <param name="Took">How long it took.</param>
/// <param name="IsLoaded">Whether it was read to its end.</param>
internal sealed record PlannedFile(
    Drop Drop, FeedDefinition Feed, long Bytes, long Read, long Loaded, long Rejected, TimeSpan Took, bool IsLoaded);

/// <param name="Check">The check.</param>
/// <param name="Finding">What it found; null where its SQL failed.</param>
/// <param name="Took">How long it took.</param>
internal sealed record PlannedCheck(CheckDefinition Check, CheckFinding? Finding, TimeSpan Took);

/// <param name="Analysis">The analysis.</param>
/// <param name="Rows">Rows; null where it failed.</param>
/// <param name="Columns">The result's columns.</param>
/// <param name="First">The first rows in the order of the key, as PostgreSQL writes the values.</param>
/// <param name="Took">How long it took.</param>
internal sealed record PlannedResult(
    AnalysisDefinition Analysis, long? Rows, IReadOnlyList<string> Columns, IReadOnlyList<string?[]> First, TimeSpan Took);

/// <param name="Key">The object's key.</param>
/// <param name="Rows">Rows below its header.</param>
/// <param name="Bytes">Its size; null for a file of rejects.</param>
internal sealed record PlannedExport(string Key, long Rows, long? Bytes);

/// <param name="Stage">The stage that would fail.</param>
/// <param name="File">The file at fault, if one is.</param>
/// <param name="Fault">Why, and what to do.</param>
internal sealed record PlannedFailure(RunStage Stage, string? File, Fault Fault);
