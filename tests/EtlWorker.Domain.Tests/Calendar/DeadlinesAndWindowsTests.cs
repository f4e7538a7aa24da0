using System.Globalization;
using CsCheck;
using EtlWorker.Domain.Calendar;
using Xunit;

namespace EtlWorker.Domain.Tests.Calendar;

public sealed class DeadlinesAndWindowsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly (string Zone, string Change)[] Changes =
    [
        ("UTC", "2024-02-29"),
        ("Africa/Lagos", "2022-09-05"),
        ("Africa/Cairo", "2023-04-28"),
        ("Africa/Cairo", "2023-10-27"),
        ("America/Sao_Paulo", "2018-11-04"),
        ("America/Sao_Paulo", "2018-02-18"),
        ("America/Havana", "2023-11-05"),
        ("America/St_Johns", "2010-11-07"),
        ("Australia/Lord_Howe", "2022-10-02"),
        ("Asia/Pyongyang", "2015-08-15"),
        ("Pacific/Apia", "2011-12-30"),
        ("Pacific/Kiritimati", "1994-12-31"),
        ("Pacific/Kwajalein", "1993-08-21"),
    ];

    [Theory]
    [InlineData("UTC", "00:00", "2022-09-05", "18:00", "2022-09-05T18:00Z")]
    [InlineData("UTC", "00:00", "2022-09-05", "00:00", "2022-09-05T00:00Z")]
    [InlineData("UTC", "12:00", "2022-09-05", "12:00", "2022-09-05T12:00Z")]
    [InlineData("UTC", "12:00", "2022-09-05", "11:59", "2022-09-06T11:59Z")]
    [InlineData("UTC", "12:00", "2022-12-31", "09:00", "2023-01-01T09:00Z")]
    [InlineData("UTC", "00:00", "2024-02-29", "18:00", "2024-02-29T18:00Z")]
    [InlineData("Africa/Lagos", "00:00", "2022-09-05", "00:30", "2022-09-04T23:30Z")]
    [InlineData("Europe/London", "00:00", "2022-03-27", "01:30", "2022-03-27T01:00Z")]     // gap
    [InlineData("Europe/London", "00:00", "2022-10-30", "01:30", "2022-10-30T00:30Z")]     // overlap
    [InlineData("Africa/Cairo", "00:00", "2023-04-28", "00:00", "2023-04-27T22:00Z")]
    [InlineData("Africa/Cairo", "00:00", "2023-04-28", "00:59", "2023-04-27T22:00Z")]
    [InlineData("Africa/Cairo", "00:00", "2023-04-28", "01:01", "2023-04-27T22:01Z")]
    [InlineData("Africa/Cairo", "00:00", "2023-10-26", "23:30", "2023-10-26T20:30Z")]
    [InlineData("Africa/Cairo", "00:00", "2023-10-27", "00:00", "2023-10-26T22:00Z")]
    [InlineData("America/Sao_Paulo", "00:00", "2018-11-04", "00:30", "2018-11-04T03:00Z")]
    [InlineData("America/Sao_Paulo", "00:00", "2018-02-17", "23:30", "2018-02-18T01:30Z")]
    [InlineData("America/Havana", "00:00", "2023-11-05", "00:30", "2023-11-05T04:30Z")]
    [InlineData("Pacific/Apia", "00:00", "2011-12-29", "23:00", "2011-12-30T09:00Z")]
    [InlineData("Pacific/Apia", "00:00", "2011-12-30", "18:00", null)]
    [InlineData("Pacific/Apia", "00:00", "2011-12-31", "00:30", "2011-12-30T10:30Z")]
    [InlineData("Pacific/Apia", "12:00", "2011-12-29", "09:00", "2011-12-30T10:00Z")]
    [InlineData("Pacific/Apia", "12:00", "2011-12-30", "13:00", "2011-12-30T10:00Z")]
    [InlineData("Pacific/Apia", "12:00", "2011-12-30", "09:00", "2011-12-30T19:00Z")]
    public void A_time_of_a_date_is_the_first_after_it_began_moved_forward_over_a_gap(
        string zone, string dayStart, string date, string time, string? at) =>
        Assert.Equal(at is null ? null : Instant(at), CalendarOf(zone, dayStart).At(Date(date), Time(time)));

    /// <summary>Only a key, or a clock that is wrong, names them.</summary>
    [Theory]
    [InlineData("00:00")]
    [InlineData("12:00")]
    [InlineData("23:59")]
    public void The_first_and_the_last_dates_of_all_have_their_ends_and_times(string dayStart)
    {
        foreach (var zone in Changes.Select(change => change.Zone).Append("Etc/GMT+12").Append("Etc/GMT-14").Distinct())
        {
            var calendar = CalendarOf(zone, dayStart);
            foreach (var date in Enumerable.Range(0, 8).SelectMany(
                days => new[] { DateOnly.MinValue.AddDays(days), DateOnly.MaxValue.AddDays(-days) }))
            {
                var end = calendar.EndOf(date);
                Assert.True(date == DateOnly.MinValue || calendar.EndOf(date.AddDays(-1)) <= end);
                Assert.True(end == DateTimeOffset.MaxValue || calendar.DateOf(end) > date);
                Assert.True(calendar.WindowEnd(DateTimeOffset.MaxValue, TimeSpan.FromHours(12), date) >= end);
                Assert.True(calendar.At(date, TimeSpan.Zero) <= calendar.At(date, new TimeSpan(23, 59, 0)) || dayStart != "00:00");
            }

            foreach (var instant in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
                Assert.Equal(instant.Year, calendar.DateOf(instant).Year);
        }
    }

    [Fact]
    public void A_time_of_a_date_is_the_first_minute_at_which_clocks_show_it_or_a_later_one() => Gen.Select(
        Gen.OneOf(
            Changes), Gen.Int[-2, 2], Gen.OneOf(0, 0, 30, 719, 720, 1439), Gen.Int[0, 1439]).Sample((change, days, dayStart, minutes) =>
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(change.Zone);
            var date = Date(change.Change).AddDays(days);
            var calendar = new BusinessCalendar(zone, dayStart * Minute);
            var local = date.ToDateTime(TimeOnly.MinValue) + (minutes * Minute) + TimeSpan.FromDays(minutes < dayStart ? 1 : 0);
            var first = new DateTimeOffset(local, TimeSpan.Zero).AddHours(-15);
            while (TimeZoneInfo.ConvertTime(first, zone).DateTime < local)
                first += Minute;

            if (calendar.At(date, minutes * Minute) is { } at)
                Assert.Equal(first, at);
            else
                Assert.Equal(calendar.EndOf(date.AddDays(-1)), calendar.EndOf(date));
        }, iter: 1_000);

    [Theory]
    [InlineData("2022-09-05T10:00Z", "12:00", "2022-09-06T00:00Z")]
    [InlineData("2022-09-05T12:00Z", "12:00", "2022-09-06T00:00Z")]
    [InlineData("2022-09-05T12:01Z", "12:00", "2022-09-06T00:01Z")]
    [InlineData("2022-09-20T10:00Z", "12:00", "2022-09-20T22:00Z")]
    [InlineData("2022-09-01T10:00Z", "12:00", "2022-09-06T00:00Z")]
    public void A_window_ends_at_the_later_of_its_span_and_the_end_of_its_date(string began, string span, string end) =>
        Assert.Equal(Instant(end), CalendarOf("UTC").WindowEnd(Instant(began), Time(span), Date("2022-09-05")));

    [Theory]
    [InlineData("Africa/Lagos", "2022-09-05T22:59Z", "2022-09-05")]
    [InlineData("Africa/Lagos", "2022-09-05T23:00Z", "2022-09-06")]
    [InlineData("Europe/London", "2022-10-29T23:30Z", "2022-10-30")]
    public void The_date_on_the_wall_begins_at_midnight_whatever_the_pipelines_own(string zone, string instant, string date) =>
        Assert.Equal(Date(date), CalendarOf(zone, "12:00").LocalDateOf(Instant(instant)));

    private static BusinessCalendar CalendarOf(string zone, string dayStart = "00:00") =>
        new(TimeZoneInfo.FindSystemTimeZoneById(zone), Time(dayStart));

    private static TimeSpan Time(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
