using Serilog.Events;

namespace EtlWorker.Hosting;

/// <summary>systemd's journal, which takes a line's priority from its first characters.</summary>
/// <remarks>https://www.freedesktop.org/software/systemd/man/latest/sd-daemon.html</remarks>
internal static class Journal
{
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    /// <summary>
    /// Whether a descriptor of ours ends there. systemd names the journal's socket as device:inode;
    /// a child whose output goes elsewhere inherits that name.
    /// </summary>
    public static bool Takes(int descriptor) =>
        Environment.GetEnvironmentVariable("JOURNAL_STREAM")?.Split(':') is [_, { Length: > 0 } inode]
        && File.ResolveLinkTarget($"/proc/self/fd/{descriptor}", returnFinalTarget: false)?.Name == $"socket:[{inode}]";

    public static string Prefix(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "<2>",
        LogEventLevel.Error => "<3>",
        LogEventLevel.Warning => "<4>",
        LogEventLevel.Information => "<6>",
        _ => "<7>",
    };
}
