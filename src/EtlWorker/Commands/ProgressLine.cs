using System.Globalization;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Load;

namespace EtlWorker.Commands;

/// <summary>One line on a terminal that says how far a run is, written again and again until it is disposed.</summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.25);

    /// <summary>Back to the line's begin, and nothing behind.</summary>
    private const string Clear = "\r\u001b[K";

    private readonly WorkerStatus _status;
    private readonly LoadProgress _load;
    private readonly TextWriter _terminal;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _writing;
    private long? _began;

    /// <param name="status">Knows the stage.</param>
    /// <param name="load">Knows the rows.</param>
    /// <param name="terminal">Where the line is; null where there is no terminal: then nothing is written.</param>
    /// <param name="time">Measures the rate.</param>
    public ProgressLine(WorkerStatus status, LoadProgress load, TextWriter? terminal, TimeProvider time)
    {
        (_status, _load, _terminal, _time) = (status, load, terminal ?? TextWriter.Null, time);
        _writing = terminal is null ? Task.CompletedTask : WriteAsync();
    }

    /// <summary>What is known now, in one line.</summary>
    internal string Describe()
    {
        if (_status.Stage is not { } stage)
        {
            return "waiting";
        }

        var (file, bytes, total, rows) = _load.Now;
        if (file is null || total == 0)
        {
            return EnumText.Of(stage);
        }

        _began ??= _time.GetTimestamp();
        var seconds = _time.GetElapsedTime(_began.Value).TotalSeconds;
        var rate = seconds < 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", {rows / seconds:N0} rows/s");
        var left = seconds < 1 || bytes == 0 || bytes > total
            ? "" : string.Create(CultureInfo.InvariantCulture, $", {(total - bytes) / (bytes / seconds):N0} s left");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{EnumText.Of(stage)} {Escaped.Line(file)}: {rows:N0} rows{rate}, {Math.Min(100, 100 * bytes / total)} %{left}");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _writing;
        await _terminal.WriteAsync(Clear);
        _end.Dispose();
    }

    private async Task WriteAsync()
    {
        using var again = new PeriodicTimer(BetweenLooks, _time);
        try
        {
            while (await again.WaitForNextTickAsync(_end.Token))
            {
                await _terminal.WriteAsync($"{Clear}{Describe()}");
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
