using System.Globalization;
using System.Text.Json;
using EtlWorker.Hosting;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;
using Xunit;

namespace EtlWorker.Tests.Hosting;

public sealed class LogLineTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 7, 5, 9, 123, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(LogEventLevel.Fatal, 2)]
    [InlineData(LogEventLevel.Error, 3)]
    [InlineData(LogEventLevel.Warning, 4)]
    [InlineData(LogEventLevel.Information, 6)]
    [InlineData(LogEventLevel.Debug, 7)]
    public void The_journal_gets_the_priority_and_no_time(LogEventLevel level, int priority) => Assert.Equal(
        $"<{priority}>Loaded orders: 12 rows (Pipeline=retail, RunDate=2026-03-01, RunId=42, Stage=load)\n",
        Line(new LogLine(forJournal: true), level, null));

    [Fact]
    public void A_person_at_a_terminal_gets_the_time() => Assert.Equal(
        "2026-03-01 07:05:09.123 +01:00 [WRN] Loaded orders: 12 rows (Pipeline=retail, RunDate=2026-03-01, RunId=42, Stage=load)\n",
        Line(new LogLine(forJournal: false), LogEventLevel.Warning, null));

    [Fact]
    public void Each_line_of_an_exception_has_the_priority_of_its_event()
    {
        var lines = Line(new LogLine(forJournal: true), LogEventLevel.Error, new InvalidOperationException("first\nsecond"))
            .TrimEnd('\n').Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("<3>", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(LogEventLevel.Fatal, "<2>")]
    [InlineData(LogEventLevel.Error, "<3>")]
    [InlineData(LogEventLevel.Warning, "<4>")]
    [InlineData(LogEventLevel.Information, "<6>")]
    [InlineData(LogEventLevel.Debug, "<7>")]
    public void JSON_for_the_journal_has_the_priority_before_it(LogEventLevel level, string priority)
    {
        var line = Line(new JsonLine(forJournal: true), level, null);

        Assert.StartsWith($"{priority}{{", line, StringComparison.Ordinal);
        Assert.Equal(Line(new JsonLine(forJournal: false), level, null), line[3..]);
    }

    [Fact]
    public void JSON_says_what_a_line_is_about_in_fields_and_an_exception_stays_on_its_line()
    {
        var line = Line(new JsonLine(forJournal: true), LogEventLevel.Error, new InvalidOperationException("first\nsecond"));

        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using var json = JsonDocument.Parse(line[3..]);
        var root = json.RootElement;
        Assert.Equal(("retail", "2026-03-01", 42, "load"), (
            root.GetProperty("Pipeline").GetString(), root.GetProperty("RunDate").GetString(), root.GetProperty("RunId").GetInt32(),
            root.GetProperty("Stage").GetString()));
        Assert.Equal("Loaded orders: 12 rows", root.GetProperty("@m").GetString());
        Assert.Contains("first\nsecond", root.GetProperty("@x").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_value_writes_no_line_of_its_own(bool forJournal)
    {
        const string Forged = "x\n<6>Run 7 of 2026-11-25 succeeded\r\u2028\u0085\u001b[2K\u202e";
        const string Shown = "x\\n<6>Run 7 of 2026-11-25 succeeded\\r\\u2028\\u0085\\u001b[2K\\u202e";
        var line = Line(new LogLine(forJournal), LogEventLevel.Information, null, feed: Forged, stage: Forged);

        var expected = $"Loaded {Shown}: 12 rows (Pipeline=retail, RunDate=2026-03-01, RunId=42, Stage={Shown})\n";
        Assert.EndsWith(expected, line, StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOfAny(['\n', '\r', '\u2028', '\u0085']));
    }

    [Fact]
    public void A_fault_s_message_writes_no_line_that_looks_like_one_of_the_log()
    {
        var fault = new InvalidOperationException("x\nRun 7 succeeded\u2028y");

        var lines = Line(new LogLine(forJournal: true), LogEventLevel.Error, fault).TrimEnd('\n').Split('\n');

        Assert.Equal(["<3>  System.InvalidOperationException: x", "<3>  Run 7 succeeded\\u2028y"], lines[1..]);
    }

    [Fact]
    public void JSON_stays_valid_and_on_one_line_whatever_a_value_holds()
    {
        const string Forged = "x\n{\"@m\":\"forged\"}\r\u2028\u0085\u001b\u0000";
        var line = Line(new JsonLine(forJournal: false), LogEventLevel.Information, null, feed: Forged);

        Assert.Equal(line.Length - 1, line.IndexOfAny(['\n', '\r']));
        using var json = JsonDocument.Parse(line);
        Assert.Equal(Forged, json.RootElement.GetProperty("Feed").GetString());
    }

    private static string Line(
        ITextFormatter formatter, LogEventLevel level, Exception? fault, string feed = "orders", string stage = "load")
    {
        var logged = new LogEvent(At, level, fault, new MessageTemplateParser().Parse("Loaded {Feed:l}: {RowsLoaded} rows"),
        [
            Property("Feed", feed), Property("RowsLoaded", 12L), Property("RunId", 42L),
            Property("RunDate", new DateOnly(2026, 3, 1)), Property("Pipeline", "retail"),
            Property("Stage", stage), Property(Constants.SourceContextPropertyName, "x"),
        ]);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        formatter.Format(logged, text);
        return text.ToString();
    }

    private static LogEventProperty Property(string name, object value) => new(name, new ScalarValue(value));
}
