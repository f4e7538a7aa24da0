using System.Globalization;

namespace EtlWorker.Domain.Runs;

/// <summary>The commands that messages tell a person to use, complete but for the reason.</summary>
public static class OperatorCommand
{
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="date">The run date.</param>
    /// <param name="withNewest">Whether files that landed for later dates are meant.</param>
    public static string Retry(string pipeline, DateOnly date, bool withNewest = false) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"etlworker retry {date:yyyy-MM-dd}{(withNewest ? " --with-newest" : "")} --pipeline {pipeline} --reason \"...\"");

    public static string Discard(string pipeline, long drop) =>
        string.Create(CultureInfo.InvariantCulture, $"etlworker discard {drop} --pipeline {pipeline} --reason \"...\"");
}
