using System.Runtime.Versioning;
using EtlWorker.Benchmarks;

// It reads /proc.
[assembly: SupportedOSPlatform("linux")]

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"{wrong.Message}\n{BenchOptions.Usage}");
    return 2;
}

#pragma warning disable RS0030 // The entry point is where the system clock comes in.
await Bench.RunAsync(options, TimeProvider.System, Console.Out, CancellationToken.None);
#pragma warning restore RS0030
return 0;
