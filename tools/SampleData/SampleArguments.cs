using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EtlWorker.SampleData;

internal sealed record SampleArguments(string Directory, SampleOptions Options)
{
    /// <summary>Whether the files are the bank pipeline's; its bookings are as many as the orders.</summary>
    public bool IsBank { get; init; }

    /// <summary>Reads option and value pairs; of an option given twice the last counts.</summary>
    public static bool TryParse(
        IReadOnlyList<string> arguments,
        DateOnly today,
        [NotNullWhen(true)] out SampleArguments? parsed,
        [NotNullWhen(false)] out string? fault)
    {
        var result = new SampleArguments("", new SampleOptions { AsOf = today });
        fault = null;
        for (var index = 0; index < arguments.Count && fault is null; index += 2)
            (result, fault) = result.With(arguments[index], index + 1 < arguments.Count ? arguments[index + 1] : null);

        if (fault is null && result.Directory.Length == 0)
            fault = "--out is missing";
        if (fault is null && result.Options.BadRows > result.Options.Orders)
            fault = $"--bad-rows {result.Options.BadRows}: more than the {result.Options.Orders} of --orders";
        parsed = fault is null ? result : null;
        return fault is null;
    }

    private (SampleArguments Result, string? Fault) With(string option, string? value)
    {
        switch (option, value)
        {
            case ("--out" or "--pipeline" or "--orders" or "--seed" or "--as-of" or "--bad-rows", null or ""):
                return (this, $"{option} needs a value");
            case ("--out", { } directory):
                return (this with { Directory = directory }, null);
            case ("--pipeline", "retail" or "bank"):
                return (this with { IsBank = value == "bank" }, null);
            case ("--pipeline", _):
                return (this, $"{option} {value}: retail or bank");
            case ("--orders", _) when IsNumber(value, 0, out var orders):
                return (this with { Options = Options with { Orders = orders } }, null);
            case ("--seed", _) when IsNumber(value, int.MinValue, out var seed):
                return (this with { Options = Options with { Seed = seed } }, null);
            case ("--bad-rows", _) when IsNumber(value, 0, out var badRows):
                return (this with { Options = Options with { BadRows = badRows } }, null);
            case ("--as-of", _) when IsDate(value, out var asOf):
                return (this with { Options = Options with { AsOf = asOf } }, null);
            case ("--orders" or "--bad-rows", _):
                return (this, $"{option} {value}: not a whole number from 0 to {int.MaxValue}");
            case ("--seed", _):
                return (this, $"{option} {value}: not a whole number from {int.MinValue} to {int.MaxValue}");
            case ("--as-of", _):
                return (this, $"{option} {value}: not a date like 2024-12-31, from {SampleOptions.EarliestAsOf:yyyy-MM-dd} on");
            default:
                return (this, $"unknown option {option}");
        }
    }

    private static bool IsNumber(string? text, int least, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least;

    private static bool IsDate(string? text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
        && date >= SampleOptions.EarliestAsOf;
}
