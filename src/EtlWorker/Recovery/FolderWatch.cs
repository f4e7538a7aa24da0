using EtlWorker.Liveness;
using EtlWorker.Objects;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Recovery;

/// <summary>
/// Has a folder looked at as soon as this machine's system says that something changed there. What another machine writes to a share it
/// does not say: the looks by the interval find that, as they find everything.
/// </summary>
/// <param name="stores">Which folder, and how often at most: a file that grows changes with every write.</param>
/// <param name="signal">Wakes who looks.</param>
/// <param name="time">Measures.</param>
/// <param name="logger">Is told where nothing is notified.</param>
internal sealed partial class FolderWatch(StoreOptions stores, SweepSignal signal, TimeProvider time, ILogger<FolderWatch> logger)
    : IHostedService, IDisposable
{
    private FileSystemWatcher? _watcher;
    private long _raised;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _watcher = new FileSystemWatcher(stores.Source.Folder!) { IncludeSubdirectories = true };
            _watcher.Created += (_, _) => Raise();
            _watcher.Changed += (_, _) => Raise();
            _watcher.Renamed += (_, _) => Raise();
            _watcher.Error += (_, fault) => LogUnwatched(fault.GetException().Message);
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            LogUnwatched(refused.Message);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _watcher?.Dispose();

    private void Raise()
    {
        var (last, now) = (Interlocked.Read(ref _raised), time.GetTimestamp());
        var isDue = last == 0 || time.GetElapsedTime(last, now) >= stores.StableFor;
        if (isDue && Interlocked.CompareExchange(ref _raised, now, last) == last)
        {
            signal.Raise();
        }
    }

    [LoggerMessage(LogLevel.Information, "The system does not say what changes in the folder ({Fault}); it is looked at by the interval")]
    private partial void LogUnwatched(string fault);
}
