using System.Globalization;
using EtlWorker.SampleData.Bank;

namespace EtlWorker.SampleData;

/// <summary>The command line. Exit codes: 0 written, 1 the directory cannot be written, 2 an argument is wrong.</summary>
public static class SampleCommand
{
    private const string Usage =
        "usage: SampleData --out DIR [--pipeline retail|bank] [--orders N] [--seed S] [--as-of YYYY-MM-DD] [--bad-rows N]";

    public static int Run(IReadOnlyList<string> arguments, TimeProvider clock, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);

        var today = DateOnly.FromDateTime(clock.GetLocalNow().DateTime);
        if (!SampleArguments.TryParse(arguments, today, out var parsed, out var fault))
        {
            error.WriteLine(fault);
            error.WriteLine(Usage);
            return 2;
        }

        try
        {
            foreach (var file in parsed.IsBank
                ? BankFeed.WriteAll(parsed.Directory, parsed.Options)
                : SampleFeed.WriteAll(parsed.Directory, parsed.Options))
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Name}: {file.Rows} rows, {file.Bytes} bytes"));
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"--out {parsed.Directory}: {exception.Message}");
            return 1;
        }
    }
}
