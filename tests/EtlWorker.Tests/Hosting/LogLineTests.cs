using System.Globalization;
using EtlWorker.Hosting;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;
using Xunit;

namespace EtlWorker.Tests.Hosting;

public sealed class LogLineTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 7, 5, 9, 123, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(LogEventLevel.Error, 3)]
    [InlineData(LogEventLevel.Warning, 4)]
    [InlineData(LogEventLevel.Information, 6)]
    [InlineData(LogEventLevel.Debug, 7)]
    public void The_journal_gets_the_priority_and_no_time(LogEventLevel level, int priority) =>
        Assert.Equal($"<{priority}>Loaded orders: 12 rows (Pipeline=retail, RunDate=2026-03-01, RunId=42)\n", Line(true, level, null));

    [Fact]
    public void A_person_at_a_terminal_gets_the_time() =>
        Assert.Equal("2026-03-01 07:05:09.123 +01:00 [WRN] Loaded orders: 12 rows (Pipeline=retail, RunDate=2026-03-01, RunId=42)\n", Line(false, LogEventLevel.Warning, null));

    [Fact]
    public void Each_line_of_an_exception_has_the_priority_of_its_event()
    {
        var lines = Line(true, LogEventLevel.Error, new InvalidOperationException("first\nsecond")).TrimEnd('\n').Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("<3>", line, StringComparison.Ordinal));
    }

    private static string Line(bool forJournal, LogEventLevel level, Exception? fault)
    {
        var logged = new LogEvent(At, level, fault, new MessageTemplateParser().Parse("Loaded {Feed}: {RowsLoaded} rows"),
        [
            Property("Feed", "orders"), Property("RowsLoaded", 12L), Property("RunId", 42L), Property("RunDate", new DateOnly(2026, 3, 1)), Property("Pipeline", "retail"),
            Property(Constants.SourceContextPropertyName, "x"),
        ]);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new LogLine(forJournal).Format(logged, text);
        return text.ToString();
    }

    private static LogEventProperty Property(string name, object value) => new(name, new ScalarValue(value));
}
