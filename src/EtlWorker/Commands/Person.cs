namespace EtlWorker.Commands;

/// <summary>Who runs a command, as the ledger is to remember them.</summary>
internal static class Person
{
    /// <summary>The user who asked for it, behind sudo as well, and the machine.</summary>
    public static string Name => $"{User} on {Environment.MachineName}";

    private static string User => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } asked ? asked : Environment.UserName;
}
