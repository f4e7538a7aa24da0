using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace EtlWorker.Hosting;

/// <summary>How much is logged to standard output, and in which form.</summary>
internal sealed record LogOptions(LogEventLevel Level, bool AsJson)
{
    public static LogOptions Read(ConfigurationReader reader) => new(
        reader.Optional(ConfigurationKey.LogLevel, LogEventLevel.Information, value =>
            Enum.TryParse<LogEventLevel>(value, ignoreCase: true, out var level) && Enum.IsDefined(level)
                ? level
                : throw new FormatException("is no log level")),
        reader.Optional(ConfigurationKey.LogFormat, false, value => value switch
        {
            "text" => false,
            "json" => true,
            _ => throw new FormatException("is neither text nor json"),
        }));

    public Logger CreateLogger()
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(Level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Polly", LogEventLevel.Error)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .Enrich.FromLogContext();
        return configuration.WriteTo.Console(AsJson ? new RenderedCompactJsonFormatter() : new LogLine(IsJournal())).CreateLogger();
    }

    /// <summary>systemd names the journal's socket as device:inode; a child whose output goes elsewhere inherits that name.</summary>
    private static bool IsJournal() =>
        Environment.GetEnvironmentVariable("JOURNAL_STREAM")?.Split(':') is [_, { Length: > 0 } inode]
        && File.ResolveLinkTarget("/proc/self/fd/1", returnFinalTarget: false)?.Name == $"socket:[{inode}]";
}
