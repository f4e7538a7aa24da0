using System.Security.Cryptography;
using System.Text;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Pipelines;
using EtlWorker.Notices;
using EtlWorker.Notify;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Serving;

/// <summary>
/// What the ledger knows of the pipelines that are served. It is written after it was decided, and again until it is: a worker goes on
/// without its ledger.
/// </summary>
internal sealed partial class ServingRecord(
    PipelineLedger pipelines, ILedger ledger, NoticeSender sender, TimeProvider time, ILogger<ServingRecord> logger)
{
    /// <summary>Of each source the definition that the ledger has.</summary>
    private readonly Dictionary<string, string> _taken = [];

    /// <summary>Of each source the version of which the ledger has that it is refused; empty where it has that none is.</summary>
    private readonly Dictionary<string, string> _refused = [];
    private readonly HashSet<string> _removed = [];

    /// <summary>What the ledger had at the start; null as long as it could not be asked.</summary>
    public IReadOnlyList<(KnownPipeline Known, LoadedDefinition Definition)>? Known { get; private set; }

    /// <summary>Once, as soon as the ledger can be asked.</summary>
    public Task ReadAsync(IDefinitionStore store, CancellationToken cancellationToken) => Known is not null
        ? Task.CompletedTask
        : TryAsync(async () =>
        {
            var known = await KnownAsync(cancellationToken);
            Known = [.. known.Where(pipeline => store.Has(pipeline.Source)).Select(Parsed).OfType<(KnownPipeline, LoadedDefinition)>()];
        });

    /// <summary>A ledger that was not migrated yet has none.</summary>
    private async Task<IReadOnlyList<KnownPipeline>> KnownAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await pipelines.KnownAsync(cancellationToken);
        }
        catch (Exception fault) when (ServerError.IsUndefinedTable(fault))
        {
            return [];
        }
    }

    /// <returns>Whether the ledger has all of it.</returns>
    public Task<bool> WriteAsync(
        IReadOnlyList<FoundVersion> found, VersionChoice.Choice choice, ServedVersions served, CancellationToken cancellationToken) =>
        TryAsync(async () =>
        {
            foreach (var (source, definition) in served.LastGood.Where(one => _taken.GetValueOrDefault(one.Key) != one.Value.Hash))
            {
                await pipelines.TakeAsync(source, definition, cancellationToken);
                _taken[source] = definition.Hash;
                _removed.Remove(definition.Pipeline.Name);
            }

            // One that is back, and could not get its definition yet, was not removed.
            var used = choice.Used.Values.SelectMany(definition => new[] { definition.Pipeline.Name, definition.Pipeline.FormerName })
                .ToHashSet();
            foreach (var paused in served.Paused.Where(one => !_removed.Contains(one.Name) && !used.Contains(one.Name)).ToList())
            {
                await pipelines.RemoveAsync(
                    paused.Name, served.SourceOf(paused) ?? "",
                    (source, waiting) => DefinitionNotices.Paused(paused.Name, TodayOf(paused.Definition), source, waiting),
                    cancellationToken);
                _removed.Add(paused.Name);
            }

            foreach (var gone in _taken.Keys.Except(served.LastGood.Keys).ToList())
            {
                _taken.Remove(gone);
            }

            await WriteRefusedAsync(found, choice, served, cancellationToken);
        });

    private async Task WriteRefusedAsync(
        IReadOnlyList<FoundVersion> found, VersionChoice.Choice choice, ServedVersions served, CancellationToken cancellationToken)
    {
        foreach (var gone in _refused.Keys.Except(found.Select(version => version.Source)).ToList())
        {
            await pipelines.ForgetRefusedAsync(gone, cancellationToken);
            _refused.Remove(gone);
        }

        var unserved = new List<string>();
        foreach (var version in found)
        {
            var (id, faults, name) = ("", choice.Refused.GetValueOrDefault(version.Source), NameOf(version, choice));
            if (faults is not null)
            {
                id = IdOf(version, faults);
                if (!served.LastGood.ContainsKey(version.Source))
                {
                    unserved.Add(name);
                }
            }

            if (_refused.GetValueOrDefault(version.Source) == id || (faults is null && version.IsUnfinished))
            {
                continue;
            }

            await (faults is null
                ? pipelines.ForgetRefusedAsync(version.Source, cancellationToken)
                : pipelines.RefuseAsync(version.Source, id, faults, Notice(version.Source, name, faults, served), cancellationToken));
            _refused[version.Source] = id;
        }

        // Nobody else sends what is to be said of a pipeline that is not served.
        foreach (var name in unserved)
        {
            await using var session = await ledger.OpenAsync(cancellationToken);
            await sender.SendAsync(session, name, cancellationToken);
        }
    }

    private Ledger.Notices.Notice Notice(string source, string name, IReadOnlyList<string> faults, ServedVersions served)
    {
        var inUse = served.LastGood.GetValueOrDefault(source);
        return DefinitionNotices.Refused(name, TodayOf(inUse), source, faults, inUse?.Hash);
    }

    private DateOnly TodayOf(LoadedDefinition? definition) =>
        definition?.Calendar.DateOf(time.GetUtcNow()) ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>The pipeline's; of one that never had a good definition that of its folder.</summary>
    private static string NameOf(FoundVersion version, VersionChoice.Choice choice) =>
        (choice.Used.GetValueOrDefault(version.Source) ?? version.Definition)?.Pipeline.Name
        ?? version.Source.Split('/') switch
        {
            [.., { Length: > 0 } folder, _] => folder,
            _ => version.Source,
        };

    private static string IdOf(FoundVersion version, IReadOnlyList<string> faults) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', faults.Prepend(version.Id)))));

    private (KnownPipeline, LoadedDefinition)? Parsed(KnownPipeline known)
    {
        try
        {
            return (known, DefinitionFile.FromLedger(known.Document, known.Sql));
        }
        catch (Exception fault) when (fault is InvalidDefinitionException or TimeZoneNotFoundException)
        {
            LogUnreadable(known.Name, Escaped.Line(fault.Message));
            return null;
        }
    }

    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is not null || fault is FaultException)
        {
            // That it is out of reach is the other loops' to tell.
            LogUnwritten(Escaped.Line(fault.Message));
            return false;
        }
    }

    [LoggerMessage(
        LogLevel.Warning, "The ledger's last definition of pipeline {Pipeline} is of another version and cannot be used: {Fault}")]
    private partial void LogUnreadable(string pipeline, string fault);

    [LoggerMessage(LogLevel.Debug, "Which definitions are in use is not in the ledger yet: {Fault}")]
    private partial void LogUnwritten(string fault);
}
