using Serilog;
using Serilog.Core;
using Serilog.Events;

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

    /// <summary>Each line about a pipeline says of which one.</summary>
    /// <param name="toError">Whether it goes to standard error, because standard output is for what was asked.</param>
    public Logger CreateLogger(bool toError = false)
    {
        var forJournal = Journal.Takes(toError ? Journal.StandardError : Journal.StandardOutput);
        return new LoggerConfiguration().MinimumLevel.Is(Level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Polly", LogEventLevel.Error)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .WriteTo.Console(
                AsJson ? new JsonLine(forJournal) : new LogLine(forJournal),
                standardErrorFromLevel: toError ? LogEventLevel.Verbose : null)
            .CreateLogger();
    }
}
