using System.Globalization;

namespace EtlWorker.Domain.Runs;

/// <summary>The commands that messages tell a person to use, complete but for the reason.</summary>
public static class OperatorCommand
{
    public static string Retry(string pipeline, DateOnly date) =>
        string.Create(CultureInfo.InvariantCulture, $"etlworker retry {date:yyyy-MM-dd} --pipeline {pipeline} --reason \"...\"");

    public static string Discard(string pipeline, long drop) =>
        string.Create(CultureInfo.InvariantCulture, $"etlworker discard {drop} --pipeline {pipeline} --reason \"...\"");
}
