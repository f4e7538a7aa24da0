using System.Globalization;
using EtlWorker.Domain.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace EtlWorker.Hosting;

/// <summary>
/// A log event as a line for a person: message, then the run that it is about. For the journal, which knows the time, each
/// line begins with its priority instead, so that <c>journalctl -p warning</c> finds it.
/// </summary>
internal sealed class LogLine(bool forJournal) : ITextFormatter
{
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);
    private static readonly string[] About = ["Pipeline", "RunDate", "RunId", "Stage"];

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var message = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, message);
        // What a value holds stays within its line; the texts of the templates have no line breaks.
        var lines = new List<string> { Escaped.Line(message.ToString()) + Run(logEvent) };
        if (logEvent.Exception is { } fault)
        {
            // A fault keeps its lines, set in, so that none looks like a message of its own.
            lines.AddRange(Escaped.Lines(fault.ToString()).Split(Environment.NewLine).Select(line => $"  {line}"));
        }

        // A line of its own is an entry of its own, with a priority of its own.
        foreach (var line in lines)
        {
            output.Write(forJournal ? Journal.Prefix(logEvent.Level) : logEvent.Timestamp.ToString(
                "yyyy-MM-dd HH:mm:ss.fff zzz ", CultureInfo.InvariantCulture));
            output.Write(forJournal ? "" : $"[{Name(logEvent.Level)}] ");
            output.WriteLine(line);
        }
    }

    private static string Run(LogEvent logEvent)
    {
        // What the message says itself is not said again.
        var said = About.Where(
            name => logEvent.Properties.ContainsKey(name) && !logEvent.MessageTemplate.Text.Contains($"{{{name}", StringComparison.Ordinal))
            .Select(name => $"{name}={Escaped.Line(Plain(logEvent.Properties[name]))}").ToList();
        return said.Count == 0 ? "" : $" ({string.Join(", ", said)})";
    }

    private static string Plain(LogEventPropertyValue value) => value is ScalarValue { Value: IFormattable scalar }
        ? scalar.ToString(scalar is DateOnly ? "yyyy-MM-dd" : null, CultureInfo.InvariantCulture)
        : value.ToString("l", CultureInfo.InvariantCulture);

    private static string Name(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "FTL",
        LogEventLevel.Error => "ERR",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Information => "INF",
        LogEventLevel.Debug => "DBG",
        _ => "VRB",
    };
}
