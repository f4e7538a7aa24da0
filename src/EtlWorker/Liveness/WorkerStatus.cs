using System.Globalization;
using System.Net.Sockets;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using Microsoft.Extensions.Hosting.Systemd;

namespace EtlWorker.Liveness;

/// <summary>
/// What the worker is doing, as <c>systemctl status etlworker</c> shows it, and the sign of life that systemd's watchdog waits for.
/// The loops say what they meet; outside of systemd nobody is notified.
/// </summary>
/// <remarks>https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html</remarks>
internal sealed class WorkerStatus(ISystemdNotifier? systemd, TimeProvider time)
{
    /// <summary>A busy queue gives many occasions a second.</summary>
    private static readonly TimeSpan ShortestBeat = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private string? _told;
    private DateTimeOffset? _beat;
    private string? _queue;
    private Outage? _queueOutage;
    private Outage? _ledgerOutage;
    private Outage? _recordingOutage;
    private Outage? _bucketOutage;
    private Outage? _definitionsOutage;
    private Run? _run;
    private RunStage? _stage;
    private bool _stopping;

    /// <summary>In one line.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                return Compose();
            }
        }
    }

    /// <summary>Whoever polls is alive. Said between any two things that may take long.</summary>
    public void Beat()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_beat is { } last && now - last is var since && since >= TimeSpan.Zero && since < ShortestBeat)
            {
                return;
            }

            _beat = now;
            Notify("WATCHDOG=1");
        }
    }

    /// <summary>Why the queue cannot be reached; null when it answered last.</summary>
    public Outage? QueueOutage => Volatile.Read(ref _queueOutage);

    /// <summary>Why what arrives cannot be recorded; null when it was, or could have been.</summary>
    public Outage? RecordingOutage => Volatile.Read(ref _recordingOutage);

    /// <summary>Why the bucket cannot be listed; null when it was.</summary>
    public Outage? BucketOutage => Volatile.Read(ref _bucketOutage);

    /// <summary>Why the definitions cannot be looked at; null when they were.</summary>
    public Outage? DefinitionsOutage => Volatile.Read(ref _definitionsOutage);

    public void QueueAnswered(string queue) => Change(() => (_queue, _queueOutage) = (queue, null));

    public void QueueLost(string cause, string remedy) => Change(() => _queueOutage = Lost(_queueOutage, cause, remedy));

    /// <summary>It answered whoever asked.</summary>
    public void LedgerAnswered() => Change(() => _ledgerOutage = null);

    /// <summary>What arrived is recorded.</summary>
    public void Recorded() => Change(() => (_ledgerOutage, _recordingOutage) = (null, null));

    /// <summary>What arrived cannot be recorded.</summary>
    public void RecordingLost(string cause, string remedy) => Change(() =>
    {
        _ledgerOutage = Lost(_ledgerOutage, cause, remedy);
        _recordingOutage = Lost(_recordingOutage, cause, remedy);
    });

    public void BucketAnswered() => Change(() => _bucketOutage = null);

    public void BucketLost(string cause, string remedy) => Change(() => _bucketOutage = Lost(_bucketOutage, cause, remedy));

    public void DefinitionsAnswered() => Change(() => _definitionsOutage = null);

    public void DefinitionsLost(string cause, string remedy) =>
        Change(() => _definitionsOutage = Lost(_definitionsOutage, cause, remedy));

    /// <summary>The stage of the run that is being executed; null where none is.</summary>
    public RunStage? Stage
    {
        get
        {
            lock (_lock)
            {
                return _stage;
            }
        }
    }

    public void Working(Run run, RunStage stage) => Change(() => (_run, _stage) = (run, stage));

    public void Idle() => Change(() => (_run, _stage) = (null, null));

    public void Stopping() => Change(() => _stopping = true);

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            if (Compose() is var text && text != _told)
            {
                _told = text;
                // A line break would begin another assignment.
                Notify($"STATUS={Escaped.Line(text)}");
            }
        }
    }

    private string Compose()
    {
        var work = _run is null
            ? "idle"
            : string.Create(CultureInfo.InvariantCulture, $"run {_run.Id} of {_run.RunDate:yyyy-MM-dd}: {EnumText.Of(_stage!.Value)}");
        if (_stopping)
        {
            return $"Stopping: {work}";
        }

        var parts = new List<string>();
        if (_ledgerOutage is { } ledger)
        {
            parts.Add(Since("ledger", ledger));
        }

        if (_queueOutage is { } queue)
        {
            parts.Add(Since("queue", queue));
        }
        else if (_ledgerOutage is null)
        {
            parts.Add(_queue is null ? "starting" : $"listening on {_queue}");
        }

        if (_bucketOutage is { } bucket)
        {
            parts.Add(Since("bucket", bucket));
        }

        if (_definitionsOutage is { } definitions)
        {
            parts.Add(Since("definitions", definitions));
        }

        var text = string.Join("; ", parts.Append(work));
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    private Outage Lost(Outage? former, string cause, string remedy) => new(former?.Since ?? time.GetUtcNow(), cause, remedy);

    private static string Since(string what, Outage outage) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} out of reach since {outage.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    private void Notify(string state)
    {
        try
        {
            systemd?.Notify(new ServiceState(state));
        }
        catch (SocketException)
        {
            // systemd itself is being restarted; the next beat finds it.
        }
    }
}
