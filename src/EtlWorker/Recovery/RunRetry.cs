using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Runs;
using EtlWorker.Notices;

namespace EtlWorker.Recovery;

/// <summary>
/// A person's retry of a date: its run is returned to the workers with the newest drops of that date, held and failed
/// ones included, and of later dates only with those that the person has chosen. A run that is loaded and not exported goes on with its
/// export.
/// </summary>
internal sealed class RunRetry(ILedger ledger, WorkerName worker)
{
    /// <summary>What waits, or is held, for later dates and is newer than the date's own; nothing where the date has no run.</summary>
    public async Task<IReadOnlyList<LaterDrop>> LaterAsync(LoadedDefinition definition, DateOnly date, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenAsync(cancellationToken);
        if (await session.Runs.OfDateAsync(definition.Pipeline.Name, date, cancellationToken) is not { } run)
        {
            return [];
        }

        var drops = await DropsAsync(session, run, definition, cancellationToken);
        return PlannerOf(definition).Later(date, drops[true], drops[false]);
    }

    /// <param name="definition">The definition that counts.</param>
    /// <param name="date">The run date.</param>
    /// <param name="reason">Why.</param>
    /// <param name="later">The drops of later dates that become the run's, as <see cref="LaterAsync"/> showed them.</param>
    /// <param name="cancellationToken">Cancels the retry; nothing was changed then.</param>
    public async Task<RetryOutcome> RetryAsync(
        LoadedDefinition definition, DateOnly date, string reason, IReadOnlyList<LaterDrop> later, CancellationToken cancellationToken)
    {
        var pipeline = definition.Pipeline.Name;
        await using var session = await ledger.OpenLockableAsync(cancellationToken);
        if (!await session.WaitForLockAsync(pipeline, cancellationToken))
        {
            return new RetryOutcome.Refused(
                "A worker is at work on this pipeline. Try again when its run has ended: select * from etl.latest_run.");
        }

        if (await session.Runs.OfDateAsync(pipeline, date, cancellationToken) is not { } run)
        {
            return new RetryOutcome.NoRun();
        }

        await using var transaction = await session.BeginAsync(cancellationToken);
        var outcome = await ReopenAsync(session, run, definition, reason, later, cancellationToken);
        if (outcome is RetryOutcome.Accepted)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return outcome;
    }

    /// <returns>By which definition it is delivered, where that is a question.</returns>
    private static async Task<string> UnparkAsync(
        ILedgerSession session, Run run, LoadedDefinition definition, string reason, CancellationToken cancellationToken)
    {
        var (document, sql) = await session.Runs.DefinitionAsync(run.DefinitionHash, cancellationToken);
        var chosen = Redelivery.DefinitionFor(DefinitionFile.FromLedger(document, sql), definition);
        await session.Runs.UnparkAsync(run, chosen, reason, cancellationToken);
        return definition.Hash == run.DefinitionHash ? ""
            : chosen.Hash == definition.Hash ? ", by the changed definition"
            : ", by the definition that it began with: more than exports was changed since";
    }

    private async Task<RetryOutcome> ReopenAsync(
        ILedgerSession session, Run run, LoadedDefinition definition, string reason, IReadOnlyList<LaterDrop> later,
        CancellationToken cancellationToken)
    {
        var pipeline = definition.Pipeline.Name;
        var name = $"Run {run.Id} of {run.RunDate:yyyy-MM-dd}";
        if (run.IsParked && later.Count > 0)
        {
            return new RetryOutcome.Refused(
                $"{name} is loaded and not exported: retry it without files of later dates first, so that its results are delivered.");
        }

        if (run.IsParked)
        {
            var by = await UnparkAsync(session, run, definition, reason, cancellationToken);
            return new RetryOutcome.Accepted(run.Id, $"{name} is loaded; a worker continues its export{by}.");
        }

        if (run.State is RunState.Claimed or RunState.Committed)
        {
            return new RetryOutcome.Refused($"{name} has not ended (attempt {run.Attempt}); a worker resumes it.");
        }

        var drops = await DropsAsync(session, run, definition, cancellationToken);
        var planner = PlannerOf(definition);
        if (later.Except(planner.Later(run.RunDate, drops[true], drops[false])).FirstOrDefault() is { } changed)
        {
            return new RetryOutcome.Refused(
                $"What waits for later dates has changed since it was listed ({changed.Drop.Key}); nothing was changed. Look again.");
        }

        var taken = later.Where(drop => drop.IsNewest).Select(drop => drop.Drop.Id).ToHashSet();
        var others = drops[false].ToLookup(drop => taken.Contains(drop.Id));
        var batch = planner.Replan(run.RunDate, drops[true].Concat(others[true]), others[false], out var missing);
        if (missing.Count > 0)
        {
            return new RetryOutcome.Refused(
                $"No drop of {string.Join(", ", missing)} is left for {run.RunDate:yyyy-MM-dd}{DiscardedOf(drops[true])}: drop it first.");
        }

        if (batch.Drops.Count == 0)
        {
            return new RetryOutcome.Refused(
                $"Nothing of {run.RunDate:yyyy-MM-dd} is left to load: every drop of it was discarded, or is loaded elsewhere.");
        }

        var warnings = BatchWarnings.Of(batch, definition.Pipeline);
        await session.Runs.ReopenAsync(run, Claim.Of(definition, batch, worker, warnings), reason, cancellationToken);
        await SupersedeAsync(session, run, later, cancellationToken);
        await HeldNotices.ForgetTakenAsync(session, pipeline, cancellationToken);
        return new RetryOutcome.Accepted(
            run.Id,
            $"{name} is returned to the workers with {Counted.Of(batch.Drops.Count, "drop")}: "
            + $"{string.Join(", ", batch.Drops.Select(drop => $"{drop.Key} (drop {drop.Id})"))}.");
    }

    /// <summary>Why a date that had a whole set has none any more, in a clause.</summary>
    private static string DiscardedOf(IEnumerable<Drop> drops)
    {
        var discarded = drops.Where(drop => drop.Disposition == DropDisposition.Discarded)
            .Select(drop => $"drop {drop.Id} ({drop.Key})").ToList();
        return discarded.Count == 0 ? "" : $"; discarded: {string.Join(", ", discarded)}";
    }

    /// <summary>Of a snapshot that is taken, older versions must not become the next date's.</summary>
    private static async Task SupersedeAsync(
        ILedgerSession session, Run run, IReadOnlyList<LaterDrop> later, CancellationToken cancellationToken)
    {
        foreach (var older in later.Where(drop => !drop.IsNewest))
        {
            var reason = $"a newer drop of {older.Drop.Feed} was taken for {run.RunDate:yyyy-MM-dd} by a retry";
            await session.Drops.ExcludeAsync(
                new ExcludedDrop(older.Drop, older.Date, DropDisposition.Superseded, reason), cancellationToken);
        }
    }

    /// <returns>Under true those that the run has or had, under false all others.</returns>
    private static async Task<ILookup<bool, Drop>> DropsAsync(
        ILedgerSession session, Run run, LoadedDefinition definition, CancellationToken cancellationToken) =>
        (await session.Drops.ForRunAsync(run, definition.Pipeline, cancellationToken))
            .Where(drop => definition.Pipeline.Target(drop.Feed) is not null)
            .ToLookup(drop => drop.RunDate == run.RunDate);

    private static BatchPlanner PlannerOf(LoadedDefinition definition) => new(definition.Pipeline, definition.Calendar);
}
