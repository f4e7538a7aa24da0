namespace EtlWorker.Hosting;

/// <summary>The configuration cannot be used; every fault found is in the message.</summary>
internal sealed class InvalidConfigurationException(IReadOnlyList<string> faults) : Exception(
    $"""
    etlworker cannot start: {(faults.Count == 1 ? "1 fault" : $"{faults.Count} faults")} in its configuration.
    {string.Join(Environment.NewLine, faults.Select(fault => $"- {fault}"))}
    Keys come from appsettings.json, the environment (ETLWORKER__ + key) and systemd credentials; README.md, "Configuration", lists them.
    """);
