using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using EtlWorker.Benchmarks;

// It reads /proc.
[assembly: SupportedOSPlatform("linux")]

// Ctrl-C ends the servers and takes the files away, some hundred megabytes.
using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
#pragma warning disable RS0030 // The entry point is where the system clock comes in.
    await Bench.RunAsync(BenchOptions.Parse(args), TimeProvider.System, Console.Out, stop.Token);
#pragma warning restore RS0030
    return 0;
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"{wrong.Message}\n{BenchOptions.Usage}");
    return 2;
}
// What it started heard Ctrl-C too, and may have ended first.
catch (Exception fault) when (stop.IsCancellationRequested
    && fault is (OperationCanceledException or InvalidOperationException or HttpRequestException or IOException or Npgsql.NpgsqlException))
{
    return 130;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
