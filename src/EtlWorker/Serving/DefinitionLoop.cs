using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using EtlWorker.Notify;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Serving;

/// <summary>
/// Looks at the definitions on an interval, and decides which pipelines are served by which version. A version that cannot be used is
/// refused, and the last good one stays in use, also over a restart: the ledger has it. A pipeline that was removed is paused.
/// </summary>
internal sealed partial class DefinitionLoop(
    IDefinitionStore store, DefinitionOptions options, VersionReadiness readiness, ServedVersions served, ServingRecord record,
    WorkerStatus status, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<DefinitionLoop> logger) : PollingLoop(time)
{
    /// <summary>How soon it is tried again to write into the ledger what was decided.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>How long files are looked at so often that do not belong together.</summary>
    private static readonly TimeSpan Briefly = TimeSpan.FromMinutes(1);

    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Random.Shared);

    /// <summary>Since when the files of a source do not belong together.</summary>
    private readonly Dictionary<string, DateTimeOffset> _unfinishedSince = [];

    /// <summary>The last version of each source of which the log told that it is refused, or unfinished.</summary>
    private readonly Dictionary<string, string> _told = [];

    private bool _hasAnswered;
    private bool _isEmpty;

    /// <summary>Whether store and ledger have answered before: what is refused later waits for a better version.</summary>
    private bool _hasDecided;

    /// <summary>Why the worker cannot begin at all, with every fault; null where it can.</summary>
    public InvalidDefinitionException? Fatal { get; private set; }

    protected override async Task<TimeSpan> PollAsync(CancellationToken stoppingToken)
    {
        await record.ReadAsync(store, stoppingToken);
        served.Remember(record.Known);
        IReadOnlyList<FoundVersion> found;
        try
        {
            found = await store.LookAsync(stoppingToken);
        }
        catch (FaultException) when (!_hasAnswered)
        {
            // What was in use before the restart is used until the store says otherwise.
            await served.UseAsync(new Dictionary<string, LoadedDefinition>(served.LastGood), record.Known is not null, stoppingToken);
            throw;
        }

        _hasAnswered = true;
        status.DefinitionsAnswered();
        _backoff.Reset();
        TellEmpty(found.Count == 0);
        var judged = new List<FoundVersion>();
        var used = VersionChoice.Of(found, served.LastGood).Used;
        foreach (var version in found)
        {
            // One that is refused for another's sake is not looked at.
            judged.Add(Aged(version.Definition is { } definition && used.GetValueOrDefault(version.Source) == definition
                ? await readiness.JudgeAsync(version, served.LastGood.GetValueOrDefault(version.Source), stoppingToken)
                : version));
        }

        var isBehind = await DecideAsync(judged, stoppingToken);
        isBehind |= _unfinishedSince.Values.Any(since => Time.GetUtcNow() - since < Briefly);
        return isBehind && Soon < options.Refresh ? Soon : options.Refresh;
    }

    protected override TimeSpan Failed(Exception fault)
    {
        var known = FaultClassifier.Of(fault);
        var wait = _backoff.Next();
        wait = wait < options.Refresh ? wait : options.Refresh;
        status.DefinitionsLost(known.Cause, "");
        LogOutOfReach(store.Location, known.Cause.TrimEnd('.'), wait.TotalSeconds);
        return wait;
    }

    /// <returns>Whether the ledger does not have all of it yet.</returns>
    private async Task<bool> DecideAsync(IReadOnlyList<FoundVersion> found, CancellationToken cancellationToken)
    {
        foreach (var gone in _unfinishedSince.Keys.Except(found.Select(version => version.Source)).ToList())
        {
            _unfinishedSince.Remove(gone);
        }

        var choice = VersionChoice.Of(found, served.LastGood);
        Tell(found, choice);
        var isWhole = await served.UseAsync(choice.Used, record.Known is not null, cancellationToken);
        var isFirst = !_hasDecided && record.Known is not null;
        _hasDecided |= isFirst;
        if (isFirst && served.IsEmpty && choice.Refused.Count > 0)
        {
            Fatal = new InvalidDefinitionException([.. choice.Refused.Values.SelectMany(faults => faults)]);
            lifetime.StopApplication();
            return false;
        }

        return !await record.WriteAsync(found, choice with { Refused = RefusedOf(choice) }, served, cancellationToken) || !isWhole;
    }

    /// <summary>With those that have waited for long for their name or their migrations.</summary>
    private Dictionary<string, IReadOnlyList<string>> RefusedOf(VersionChoice.Choice choice)
    {
        var refused = new Dictionary<string, IReadOnlyList<string>>(choice.Refused);
        foreach (var (source, waiting) in served.Waiting)
        {
            if (waiting.IsRefused || Time.GetUtcNow() - waiting.Since >= Patience.BeforeNotice)
            {
                refused.TryAdd(source, [waiting.Why]);
            }
        }

        return refused;
    }

    /// <summary>Files that do not belong together for long are not being written any more: that is a fault.</summary>
    private FoundVersion Aged(FoundVersion version)
    {
        if (!version.IsUnfinished)
        {
            _unfinishedSince.Remove(version.Source);
            return version;
        }

        _unfinishedSince.TryAdd(version.Source, Time.GetUtcNow());
        return Time.GetUtcNow() - _unfinishedSince[version.Source] < Patience.BeforeNotice
            ? version
            : FoundVersion.Invalid(version.Source, version.Id, version.Faults);
    }

    private void Tell(IReadOnlyList<FoundVersion> found, VersionChoice.Choice choice)
    {
        foreach (var version in found)
        {
            var isRefused = choice.Refused.TryGetValue(version.Source, out var faults);
            var id = $"{isRefused} {version.Id}";
            if (!isRefused && !version.IsUnfinished)
            {
                if (_told.Remove(version.Source))
                {
                    LogGood(version.Source);
                }
            }
            else if (_told.GetValueOrDefault(version.Source) != id)
            {
                _told[version.Source] = id;
                Tell(version, faults, choice.Used.GetValueOrDefault(version.Source));
            }
        }
    }

    private void TellEmpty(bool isEmpty)
    {
        if (isEmpty && !_isEmpty)
        {
            LogNothingFound(store.Location, store.Location);
        }

        _isEmpty = isEmpty;
    }

    private void Tell(FoundVersion version, IReadOnlyList<string>? faults, LoadedDefinition? inUse)
    {
        if (faults is null)
        {
            LogUnfinished(version.Source, version.Faults[0]);
            return;
        }

        foreach (var fault in faults)
        {
            LogRefused(version.Source, fault);
        }

        if (inUse is not null)
        {
            LogStaysInUse(inUse.Pipeline.Name, DefinitionNotices.Short(inUse.Hash));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The definitions at {Location} are out of reach: {Cause}. Those in use stay. "
        + "See that PIPELINE__DEFINITION is there and may be read. Next try in {Seconds:0.0} s")]
    private partial void LogOutOfReach(string location, string cause, double seconds);

    [LoggerMessage(LogLevel.Warning, "{Source} is not used yet: {Reason}")]
    private partial void LogUnfinished(string source, string reason);

    [LoggerMessage(LogLevel.Warning, "There is no pipeline at {Location}, so that nothing is received. Deploy one "
        + "(etlworker deploy DIR {Target}), or correct PIPELINE__DEFINITION")]
    private partial void LogNothingFound(string location, string target);

    [LoggerMessage(LogLevel.Information, "The definition {Source} is good now")]
    private partial void LogGood(string source);

    [LoggerMessage(LogLevel.Error, "The definition {Source} is refused: {Fault}")]
    private partial void LogRefused(string source, string fault);

    [LoggerMessage(LogLevel.Warning, "Pipeline {Pipeline} goes on by its last good definition, {Hash}")]
    private partial void LogStaysInUse(string pipeline, string hash);
}
