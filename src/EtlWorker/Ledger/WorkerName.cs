namespace EtlWorker.Ledger;

/// <summary>How this process is called in the ledger: host and process id.</summary>
internal sealed record WorkerName(string Name)
{
    public static WorkerName OfThisProcess() => new($"{Environment.MachineName}:{Environment.ProcessId}");
}
