using EtlWorker.Objects;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Objects;

public sealed class ClockSkewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _ledger = new(Now);
    private readonly FakeTimeProvider _machine = new(Now);
    private readonly Lines _lines = new();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(2, -2, 0)]
    [InlineData(10, 0, 1)]
    [InlineData(-10, 0, 1)]
    [InlineData(0, 25 * 60, 1)]
    public void Clocks_minutes_apart_are_told(int s3, int machine, int told)
    {
        _machine.AdjustTime(Now.AddMinutes(machine));

        Skew().Compare(Now.AddMinutes(s3).ToString("r"));

        Assert.Equal(told, _lines.Told.Count);
        Assert.All(_lines.Told, line => Assert.Contains(
            $"S3 {Now.AddMinutes(s3):u}, the database 2026-11-26 08:00:00Z, this machine {Now.AddMinutes(machine):u}", line,
            StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_told_once_an_hour()
    {
        var skew = Skew();
        for (var minute = 0; minute < 90; minute++)
        {
            skew.Compare(_ledger.GetUtcNow().AddMinutes(10).ToString("r"));
            _ledger.Advance(TimeSpan.FromMinutes(1));
            _machine.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(2, _lines.Told.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    public void What_is_no_date_is_passed_over(string date)
    {
        Skew().Compare(date);

        Assert.Empty(_lines.Told);
    }

    private ClockSkew Skew() => new(_ledger, _machine, _lines);

    private sealed class Lines : ILogger<ClockSkew>
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Told.Add(formatter(state, exception));
    }
}
