using System.Diagnostics;

namespace EtlWorker.Benchmarks;

/// <summary>A program that works on the database, measured from its start to its end.</summary>
internal sealed class MeasuredProgram(DatabaseServer database, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    /// <returns>What it took, and what it printed.</returns>
    public async Task<(Measurement Took, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, bool pinned, CancellationToken cancellationToken)
    {
        var (client, server, began) = (ProcessReading.CpuOfEnded(Environment.ProcessId), database.Cpu, Stopwatch.GetTimestamp());
        using var process = new Child(program, arguments, pinned: pinned);
        var ended = process.EndAsync(cancellationToken);
        long peak = 0;
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, ProcessReading.Peak(process.Id));
            await Task.WhenAny(ended, Task.Delay(LookAgain, time, cancellationToken));
        }

        await ended;
        var wall = Stopwatch.GetElapsedTime(began);
        (client, server) = (ProcessReading.CpuOfEnded(Environment.ProcessId) - client, database.Cpu - server);
        return (new Measurement(wall, client, server, TimeSpan.Zero, peak), process.Output);
    }
}
