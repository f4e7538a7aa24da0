using System.Globalization;

namespace EtlWorker.Benchmarks;

/// <summary>What the kernel says of a process: <c>/proc/PID/stat</c> and <c>/proc/PID/status</c>.</summary>
/// <remarks>https://man7.org/linux/man-pages/man5/proc.5.html; times are in ticks of 10 ms.</remarks>
internal static class ProcessReading
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>User and system time so far; zero once the process is gone.</summary>
    public static TimeSpan Cpu(int pid) => Fields(pid) is { } fields ? Ticks(fields, 11) + Ticks(fields, 12) : TimeSpan.Zero;

    /// <summary>User and system time of its children that have ended, and of theirs.</summary>
    public static TimeSpan CpuOfEnded(int pid) => Fields(pid) is { } fields ? Ticks(fields, 13) + Ticks(fields, 14) : TimeSpan.Zero;

    /// <summary>User and system time of a process and of all its children, living or ended.</summary>
    public static TimeSpan CpuOfFamily(int pid)
    {
        while (true)
        {
            var living = Children(pid);
            var cpu = Cpu(pid) + CpuOfEnded(pid) + living.Aggregate(TimeSpan.Zero, (sum, child) => sum + Cpu(child));
            // One that ended meanwhile would be counted as neither.
            if (Children(pid).SequenceEqual(living))
            {
                return cpu;
            }
        }
    }

    public static IReadOnlyList<int> Children(int pid)
    {
        var parent = pid.ToString(CultureInfo.InvariantCulture);
        return [.. Directory.EnumerateDirectories("/proc")
            .Select(directory =>
                int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && Fields(id) is { } fields && fields[1] == parent)
            .Order()];
    }

    /// <summary>The most memory that was ever resident, in bytes; zero once the process is gone.</summary>
    public static long Peak(int pid) => Status(pid, "VmHWM:");

    public static long Resident(int pid) => Status(pid, "VmRSS:");

    private static long Status(int pid, string name)
    {
        var line = Read(pid, "status")?.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null
            ? 0
            : 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    // The command's name, in brackets, may hold spaces: what follows it begins with the state.
    private static string[]? Fields(int pid) =>
        Read(pid, "stat") is { Length: > 0 } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static TimeSpan Ticks(string[] fields, int index) => Tick * long.Parse(fields[index], CultureInfo.InvariantCulture);

    private static string? Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
