using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Load;

/// <summary>One drop to be loaded into its feed's table.</summary>
/// <param name="Run">The run that loads.</param>
/// <param name="Feed">The feed and its options.</param>
/// <param name="Drop">The drop.</param>
/// <param name="Limit">How many rows may be refused.</param>
/// <param name="Former">What the feed loaded before.</param>
internal sealed record FeedJob(Run Run, FeedDefinition Feed, Drop Drop, RejectLimit Limit, FormerRows Former)
{
    /// <summary>Where the table's triggers look for names.</summary>
    public SearchPath SearchPath { get; init; } = SearchPath.OfRole;

    /// <summary>Whether the table was truncated in this transaction, so that it has no rows but those that come now.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>What the parts before this one came to.</summary>
    public FeedTotals Before { get; init; } = FeedTotals.None;

    /// <summary>How many files the feed's snapshot has.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Whether no part follows, so that the sum can be judged.</summary>
    public bool IsLast { get; init; } = true;

    /// <summary>How many files of the feed the run loads, whether or not they are parts of one snapshot.</summary>
    public int Files { get; init; } = 1;

    /// <summary>
    /// Of how many dates those files are. One that adds to its table may have several to load, where the run of an earlier date failed.
    /// </summary>
    public int Dates { get; init; } = 1;

    /// <summary>Whether no file of the feed follows in the run.</summary>
    public bool IsLastFile { get; init; } = true;

    /// <summary>How many rows the files before this one came to in the run.</summary>
    public long LoadedBefore { get; init; }

    /// <summary>What the file's manifest says; null where it has none.</summary>
    public ControlTotals? Control { get; init; }

    /// <summary>The parts before this one, of which a row may have the same key; null where there are none.</summary>
    public EarlierParts? Earlier { get; init; }

    /// <summary>The names of its table's deferred constraints that are judged row by row, since they were violated.</summary>
    public IReadOnlyList<string> Judged { get; init; } = [];

    /// <summary>Whether the session must not end by what refuses a row: an attempt before ended so.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>Whether the file is read to its end though a run would have failed: every reject is wanted.</summary>
    public bool ReadsOn { get; init; }

    /// <summary>Is told how far the load is.</summary>
    public LoadProgress? Progress { get; init; }

    /// <summary>The object's key, for messages.</summary>
    public string File => Drop.Key;
}
