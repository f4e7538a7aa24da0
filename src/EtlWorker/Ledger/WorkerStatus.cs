using System.Globalization;
using System.Net.Sockets;
using EtlWorker.Domain.Runs;
using Microsoft.Extensions.Hosting.Systemd;

namespace EtlWorker.Ledger;

/// <summary>
/// What the worker is doing, as <c>systemctl status etlworker</c> shows it, and the sign of life that systemd's watchdog waits for.
/// The loops say what they meet; outside of systemd nobody is told.
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
    private DateTimeOffset? _queueLostAt;
    private DateTimeOffset? _ledgerLostAt;
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

    public void QueueAnswered(string queue) => Tell(() => (_queue, _queueLostAt) = (queue, null));

    public void QueueLost() => Tell(() => _queueLostAt ??= time.GetUtcNow());

    public void LedgerAnswered() => Tell(() => _ledgerLostAt = null);

    /// <returns>Since when.</returns>
    public DateTimeOffset LedgerLost()
    {
        var since = time.GetUtcNow();
        Tell(() => since = _ledgerLostAt ??= since);
        return since;
    }

    public void Working(Run run, RunStage stage) => Tell(() => (_run, _stage) = (run, stage));

    public void Idle() => Tell(() => (_run, _stage) = (null, null));

    public void Stopping() => Tell(() => _stopping = true);

    private void Tell(Action change)
    {
        lock (_lock)
        {
            change();
            if (Compose() is var text && text != _told)
            {
                _told = text;
                Notify($"STATUS={text}");
            }
        }
    }

    private string Compose()
    {
        var work = _run is null ? "idle" : string.Create(CultureInfo.InvariantCulture, $"run {_run.Id} of {_run.RunDate:yyyy-MM-dd}: {Word.Of(_stage!.Value)}");
        if (_stopping)
        {
            return $"Stopping: {work}";
        }

        var parts = new List<string>();
        if (_ledgerLostAt is { } ledger)
        {
            parts.Add(Since("ledger", ledger));
        }

        if (_queueLostAt is { } queue)
        {
            parts.Add(Since("queue", queue));
        }
        else
        {
            parts.Add(_queue is null ? "starting" : $"listening on {_queue}");
        }

        var text = string.Join("; ", parts.Append(work));
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    private static string Since(string what, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} out of reach since {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

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
