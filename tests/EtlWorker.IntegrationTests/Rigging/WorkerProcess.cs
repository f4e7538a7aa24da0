using System.Diagnostics;
using System.Globalization;
using System.Text;
using CliWrap;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>The real binary as a child process, its output kept and awaitable.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Everything printed so far, standard error included.</summary>
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

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The published binary when <c>ETLWORKER_TEST_BINARY</c> names one, else the one built with these tests.</summary>
    public static string Binary => Environment.GetEnvironmentVariable("ETLWORKER_TEST_BINARY") is { Length: > 0 } published
        ? published
        : Path.Combine(Repository.Root, "artifacts", "bin", "EtlWorker", new DirectoryInfo(AppContext.BaseDirectory).Name, "EtlWorker");

    public static WorkerProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Start(Binary, environment, arguments);

    /// <summary>As the child of a program that starts what its arguments say.</summary>
    public static WorkerProcess StartUnder(string parent, IReadOnlyDictionary<string, string> environment) =>
        Start(parent, environment, [Binary]);

    private static WorkerProcess Start(string program, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var inherits = start.Environment.Keys.Where(
            key => key.StartsWith("ETLWORKER__", StringComparison.Ordinal) || key.StartsWith("AWS_", StringComparison.Ordinal));
        foreach (var inherited in inherits.ToList())
        {
            start.Environment.Remove(inherited);
        }

        // A test's worker lives for a second: code that it will never be paid back for is not profiled, nor compiled twice.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountThreshold"] = "400";
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var worker = new WorkerProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        worker._process.OutputDataReceived += (_, line) => worker.Append(line.Data);
        worker._process.ErrorDataReceived += (_, line) => worker.Append(line.Data);
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Waits until the output holds the text.</summary>
    public async Task SeeAsync(string text, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            _awaited.Add((text, seen));
        }

        try
        {
            await Task.WhenAny(seen.Task, _process.WaitForExitAsync(cancellationToken)).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        if (!seen.Task.IsCompleted)
        {
            throw new TimeoutException($"The worker never said \"{text}\". It said:\n{Output}");
        }
    }

    /// <summary>Asks it to stop as systemd does, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        await Cli.Wrap("kill").WithArguments(["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).ExecuteAsync(cancellationToken);
        return await ExitAsync(cancellationToken);
    }

    /// <summary>Ends it as a power cut does.</summary>
    public void Kill() => _process.Kill();

    /// <returns>The exit code, when it ends by itself.</returns>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Whoever it is the child of would leave it behind.
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
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
                seen.TrySetResult();
            }
        }
    }
}
