using System.Diagnostics;
using System.Text;

namespace EtlWorker.Benchmarks;

/// <summary>A program that was started here, its output kept; with <c>pinned</c> on core 0 alone.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource<string> Seen)> _awaited = [];

    public Child(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, bool pinned = false)
    {
        // taskset becomes the program: the process id is the program's own.
        var start = pinned
            ? new ProcessStartInfo("taskset", ["-c", "0", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <returns>The line that holds the text, once there is one.</returns>
    /// <exception cref="InvalidOperationException">The program ended without it.</exception>
    public async Task<string> SeeAsync(string text, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            if (_output.ToString().Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } said)
            {
                return said;
            }

            _awaited.Add((text, seen));
        }

        await Task.WhenAny(seen.Task, _process.WaitForExitAsync(cancellationToken)).WaitAsync(cancellationToken);
        return seen.Task.IsCompleted
            ? await seen.Task
            : throw new InvalidOperationException($"{_process.StartInfo.FileName} ended without \"{text}\":\n{Output}");
    }

    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with {_process.ExitCode}:\n{Output}");
        }
    }

    /// <summary>Ends it as systemd would.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var kill = new Child("kill", ["-TERM", $"{Id}"]);
        await kill.EndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
            foreach (var (_, seen) in _awaited.Where(awaited => line.Contains(awaited.Text, StringComparison.Ordinal)))
            {
                seen.TrySetResult(line);
            }
        }
    }
}
