using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Gate;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Runs;
using EtlWorker.Notices;
using EtlWorker.Objects;
using EtlWorker.Plan;
using EtlWorker.Running;
using EtlWorker.Storage;

namespace EtlWorker.Manual;

/// <summary>
/// A command's gate: claims one run, of the files that the command names or of the source's current objects, as <c>plan</c> would choose
/// them. The run uses up no date.
/// </summary>
internal sealed class ManualGate(
    Pipeline pipeline, ManualOptions options, IObjectSource source, ObjectFinder finder, Database database, RunMemory memory,
    WorkerName worker, TimeProvider time) : IRunGate
{
    private const string Held = "it landed long ago: a command found it, and its run failed; the next batch takes it";

    /// <summary>The set of the run, once it was looked for.</summary>
    public PlannedSet? Set { get; private set; }

    public Task WatchAsync(ILedgerSession session, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Looks for the files.</summary>
    /// <exception cref="FaultException">The source cannot be asked, or files of it are still being written.</exception>
    public async Task LookAsync(CancellationToken cancellationToken) => Set = await new SetFinder(pipeline, source).FindAsync(
        options.Files is not null, options.RunDate, database, time, cancellationToken);

    public async Task<Run?> OpenAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        if (memory.OfCommand is not null || memory.IsCommandStopped || Set is not { Drops.Count: > 0 } set)
        {
            return null;
        }

        if (set.Missing.Count > 0)
        {
            throw new RunFailedException(
                $"no file for {string.Join(", ", set.Missing)}",
                "Add the file, under the path or the name that the feed's \"object\" has, and run the command again.");
        }

        var files = await VersionsAsync(set.Drops, cancellationToken);
        await using var transaction = await session.BeginAsync(cancellationToken);
        if (await IsDeliveredAsync(session, files, cancellationToken))
        {
            Set = set with { Drops = [] };
            return null;
        }

        await RequireNewAsync(session, files, cancellationToken);
        var run = await ClaimAsync(session, files, cancellationToken);
        await HeldNotices.ForgetTakenAsync(session, pipeline.Name, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        memory.BeginCommand(run);
        return run;
    }

    /// <summary>The files as they are now.</summary>
    private async Task<IReadOnlyList<(IDropTarget Target, DropEvent File)>> VersionsAsync(
        IReadOnlyList<Drop> drops, CancellationToken cancellationToken)
    {
        var files = new List<(IDropTarget, DropEvent)>();
        foreach (var drop in drops)
        {
            var target = pipeline.Definition.Pipeline.Target(drop.Feed)!;
            var file = await finder.HeadAsync(target, drop.Bucket, drop.Key, cancellationToken)
                ?? throw new RunFailedException(
                    $"{drop.Key} was deleted, or is being written", "Run the command again once it is as it is to be.");
            files.Add((target, file));
        }

        return files;
    }

    /// <summary>Whether all files are those of a run that an earlier command had loaded, and that this one has delivered.</summary>
    private async Task<bool> IsDeliveredAsync(
        ILedgerSession session, IReadOnlyList<(IDropTarget Target, DropEvent File)> files, CancellationToken cancellationToken)
    {
        foreach (var (feed, file) in files)
        {
            if (options.Files is null || feed is not FeedDefinition { Mode: LoadMode.Append }
                || await session.Drops.LoadedContentAsync(pipeline.Name, feed.Name, file.VersionId!, cancellationToken) is not { } loaded
                || !memory.CommandRuns.Contains(loaded.Run))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What adds to its table is in it once.</summary>
    /// <exception cref="RunFailedException">A file is loaded already, or is there twice.</exception>
    private async Task RequireNewAsync(
        ILedgerSession session, IReadOnlyList<(IDropTarget Target, DropEvent File)> files, CancellationToken cancellationToken)
    {
        if (options.Files is null)
        {
            return;
        }

        var contents = new Dictionary<(string Feed, string Content), string>();
        foreach (var (feed, file) in files.Where(of => of.Target is FeedDefinition { Mode: LoadMode.Append }))
        {
            var content = file.VersionId!;
            if (await session.Drops.LoadedContentAsync(pipeline.Name, feed.Name, content, cancellationToken) is var (key, date, run))
            {
                throw new RunFailedException(
                    $"{file.Key} has the bytes of {key}, which run {run} of {date:yyyy-MM-dd} loaded: feed {feed.Name} appends, and its "
                        + "rows would be in the table twice",
                    $"There is nothing new of {feed.Name}: take the file out of the folder, and run the command again. A feed that need "
                        + "not have a file in every set has \"required\": false.");
            }

            if (file.Size > 0 && !contents.TryAdd((feed.Name, content), file.Key))
            {
                throw new RunFailedException(
                    $"{file.Key} has the bytes of {contents[(feed.Name, content)]}: feed {feed.Name} appends, and its rows would "
                        + "be in the table twice",
                    "Take one of them out of the folder, and run the command again.");
            }
        }
    }

    private async Task<Run> ClaimAsync(
        ILedgerSession session, IReadOnlyList<(IDropTarget Target, DropEvent File)> files, CancellationToken cancellationToken)
    {
        var known = new List<Drop>();
        foreach (var (target, file) in files.Where(of => IsShared(of.Target)))
        {
            known.AddRange(await WaitingAsync(session, target, file, cancellationToken));
        }

        var claim = Claim.Of(pipeline.Definition, new Batch(options.RunDate, known), worker, []) with
        {
            Origin = RunOrigin.Manual,
            AsOf = options.AsOf ?? pipeline.Definition.Pipeline.AsOfFor(options.RunDate),
            Kept = [.. known.Select(drop => drop.Id)],
        };
        var run = await session.Runs.ClaimAsync(claim, cancellationToken)
            ?? throw new RunFailedException("files of the set were taken by another run just now", "Run the command again.");
        foreach (var (target, file) in files.Where(of => !IsShared(of.Target)))
        {
            await session.Drops.RecordManualAsync(run, target.Name, file, cancellationToken);
        }

        return run;
    }

    /// <summary>
    /// Whether a drop of the service is meant: of the source's objects those of feeds whose every drop counts are loaded once, whoever
    /// does. A snapshot may be loaded by the service as well.
    /// </summary>
    private bool IsShared(IDropTarget target) => options.Files is null && target.IsIncremental;

    /// <summary>Those versions of an object that no run has loaded, of which the ledger need not have known.</summary>
    private async Task<IReadOnlyList<Drop>> WaitingAsync(
        ILedgerSession session, IDropTarget target, DropEvent file, CancellationToken cancellationToken)
    {
        // What the service would have found by itself waits for it where the run fails.
        var now = time.GetUtcNow();
        var isOld = file.EventTime < now - pipeline.Definition.Pipeline.Trigger.Lookback;
        await DropRecorder.RecordAsync(
            session.Connection, pipeline.Name, new MatchedEvent(file, target.Name, null) { HeldBecause = isOld ? Held : null }, now,
            cancellationToken);
        return await session.Drops.WaitingVersionsAsync(pipeline.Name, target.Name, file, cancellationToken) is { Count: > 0 } waiting
            ? waiting
            : throw new RunFailedException(
                $"no version of {file.Key} waits for a run: feed {target.Name} takes each of its files once, and the ledger has this one "
                    + "as taken, or replaced",
                $"See what became of it: select * from etl.drop where key = '{file.Key.Replace("'", "''", StringComparison.Ordinal)}';");
    }
}
