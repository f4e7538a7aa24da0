using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace EtlWorker.Hosting;

/// <summary>
/// A log event as one line of compact JSON, a fault's stack included. The journal takes the priority before it away again.
/// </summary>
internal sealed class JsonLine(bool forJournal) : ITextFormatter
{
    private static readonly RenderedCompactJsonFormatter Json = new();

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(forJournal ? Journal.Prefix(logEvent.Level) : "");
        Json.Format(logEvent, output);
    }
}
