namespace EtlWorker.Commands;

/// <summary>What the process tells its caller; systemd does not restart it on <see cref="BadConfiguration"/>.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int NothingFound = 3;
    public const int BadConfiguration = 78;
}
