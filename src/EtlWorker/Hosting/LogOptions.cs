using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace EtlWorker.Hosting;

/// <summary>How much is logged to standard output, and in which form.</summary>
internal sealed record LogOptions(LogEventLevel Level, bool AsJson)
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:lj}{NewLine}{Exception}";

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
        return (AsJson
            ? configuration.WriteTo.Console(new RenderedCompactJsonFormatter())
            : configuration.WriteTo.Console(outputTemplate: Template, formatProvider: System.Globalization.CultureInfo.InvariantCulture)).CreateLogger();
    }
}
