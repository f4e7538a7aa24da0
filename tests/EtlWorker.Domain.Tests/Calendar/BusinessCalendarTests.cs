using System.Globalization;
using CsCheck;
using EtlWorker.Domain.Calendar;
using Xunit;

namespace EtlWorker.Domain.Tests.Calendar;

public sealed class BusinessCalendarTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Hours.</summary>
    private static readonly int[] DayStarts = [0, 1, 12, 23];

    /// <summary>Zones with, in their dates of change, every way in which a midnight was skipped or repeated.</summary>
    private static readonly (string Zone, string Change)[] Changes =
    [
        ("UTC", "2022-09-05"),
        ("Africa/Lagos", "2022-09-05"),
        ("Africa/Cairo", "2023-04-28"),
        ("Africa/Cairo", "2023-10-27"),
        ("America/Sao_Paulo", "2018-11-04"),
        ("America/Sao_Paulo", "2018-02-18"),
        ("America/Havana", "2023-03-12"),
        ("America/Havana", "2023-11-05"),
        ("America/St_Johns", "2010-03-14"),
        ("America/St_Johns", "2010-11-07"),
        ("America/St_Johns", "1988-04-03"),
        ("Europe/London", "2022-10-30"),
        ("Australia/Lord_Howe", "2022-10-02"),
        ("Asia/Kathmandu", "2022-09-05"),
        ("Pacific/Apia", "2011-12-30"),
        ("Pacific/Kiritimati", "1994-12-31"),
        ("Pacific/Kwajalein", "1993-08-21"),
    ];

    private static readonly Gen<(string Zone, DateOnly Date, TimeSpan DayStart)> NearChanges = Gen.Select(
        Gen.OneOf(Changes), Gen.Int[-3, 3], Gen.OneOf(0, 0, 30, 60, 719, 720, 1439),
        (change, days, minutes) => (change.Zone, Date(change.Change).AddDays(days), TimeSpan.FromMinutes(minutes)));

    [Theory]
    [InlineData("UTC", "2022-09-04T23:59:59.9999999Z", "2022-09-04")]
    [InlineData("UTC", "2022-09-05T00:00:00Z", "2022-09-05")]
    [InlineData("UTC", "2022-09-05T00:30:00+01:00", "2022-09-04")]
    [InlineData("Africa/Lagos", "2022-09-04T22:59:59.9999999Z", "2022-09-04")]
    [InlineData("Africa/Lagos", "2022-09-04T23:00:00Z", "2022-09-05")]
    [InlineData("Africa/Lagos", "2022-09-04T20:00:00-03:00", "2022-09-05")]
    [InlineData("Africa/Cairo", "2023-04-27T21:59:59Z", "2023-04-27")]         // midnight skipped
    [InlineData("Africa/Cairo", "2023-04-27T22:00:00Z", "2023-04-28")]
    [InlineData("Africa/Cairo", "2023-10-26T20:59:59Z", "2023-10-26")]         // 24:00 becomes 23:00
    [InlineData("Africa/Cairo", "2023-10-26T21:00:00Z", "2023-10-26")]
    [InlineData("Africa/Cairo", "2023-10-26T22:00:00Z", "2023-10-27")]
    [InlineData("America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03")]    // midnight skipped
    [InlineData("America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04")]
    [InlineData("America/Sao_Paulo", "2018-02-18T02:00:00Z", "2018-02-17")]    // 24:00 becomes 23:00
    [InlineData("America/Sao_Paulo", "2018-02-18T03:00:00Z", "2018-02-18")]
    [InlineData("America/Havana", "2023-03-12T04:59:59Z", "2023-03-11")]       // midnight skipped
    [InlineData("America/Havana", "2023-03-12T05:00:00Z", "2023-03-12")]
    [InlineData("America/Havana", "2023-11-05T03:59:59Z", "2023-11-04")]       // 01:00 becomes 00:00: midnight twice
    [InlineData("America/Havana", "2023-11-05T04:00:00Z", "2023-11-05")]
    [InlineData("America/Havana", "2023-11-05T05:00:00Z", "2023-11-05")]
    [InlineData("America/St_Johns", "2010-11-07T02:29:59Z", "2010-11-06")]     // 00:01 becomes 23:01
    [InlineData("America/St_Johns", "2010-11-07T02:30:59Z", "2010-11-07")]
    [InlineData("America/St_Johns", "2010-11-07T02:31:00Z", "2010-11-06")]
    [InlineData("America/St_Johns", "2010-11-07T03:30:00Z", "2010-11-07")]
    [InlineData("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29")]         // the 30th never was
    [InlineData("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31")]
    public void An_instant_belongs_to_its_local_date(string zone, string instant, string date) =>
        Assert.Equal(Date(date), CalendarOf(zone).DateOf(Instant(instant)));

    [Theory]
    [InlineData("Africa/Lagos", "12:00", "2022-09-05T10:59:59Z", "2022-09-04")]
    [InlineData("Africa/Lagos", "12:00", "2022-09-05T11:00:00Z", "2022-09-05")]
    [InlineData("Africa/Lagos", "12:00", "2022-09-05T23:10:00Z", "2022-09-05")]
    [InlineData("Africa/Lagos", "23:59", "2022-09-05T22:58:00Z", "2022-09-04")]
    [InlineData("Africa/Lagos", "23:59", "2022-09-05T22:59:00Z", "2022-09-05")]
    [InlineData("Africa/Cairo", "12:00", "2023-04-28T08:59:00Z", "2023-04-27")]
    [InlineData("Africa/Cairo", "12:00", "2023-04-28T09:00:00Z", "2023-04-28")]
    [InlineData("Africa/Cairo", "00:30", "2023-04-27T21:59:00Z", "2023-04-27")]
    [InlineData("Africa/Cairo", "00:30", "2023-04-27T22:00:00Z", "2023-04-28")] // 00:30 itself was skipped
    [InlineData("Pacific/Apia", "12:00", "2011-12-30T10:00:00Z", "2011-12-30")] // the half of the 30th that 12:00 leaves
    public void A_date_begins_at_the_local_time_that_the_pipeline_says(string zone, string dayStart, string instant, string date) =>
        Assert.Equal(Date(date), CalendarOf(zone, dayStart).DateOf(Instant(instant)));

    [Theory]
    [InlineData("UTC", "00:00", "2022-09-05", "2022-09-06T00:00:00Z")]
    [InlineData("UTC", "12:00", "2022-09-05", "2022-09-06T12:00:00Z")]
    [InlineData("UTC", "00:00", "2024-02-28", "2024-02-29T00:00:00Z")]
    [InlineData("UTC", "00:00", "2022-12-31", "2023-01-01T00:00:00Z")]
    [InlineData("Africa/Lagos", "00:00", "2022-09-05", "2022-09-05T23:00:00Z")]
    [InlineData("Africa/Lagos", "12:00", "2022-09-05", "2022-09-06T11:00:00Z")]
    [InlineData("Africa/Cairo", "00:00", "2023-04-27", "2023-04-27T22:00:00Z")]
    [InlineData("Africa/Cairo", "00:30", "2023-04-27", "2023-04-27T22:00:00Z")]
    [InlineData("Africa/Cairo", "00:00", "2023-04-28", "2023-04-28T21:00:00Z")]
    [InlineData("Africa/Cairo", "00:00", "2023-10-26", "2023-10-26T22:00:00Z")]
    [InlineData("America/Sao_Paulo", "00:00", "2018-11-03", "2018-11-04T03:00:00Z")]
    [InlineData("America/Sao_Paulo", "00:00", "2018-02-17", "2018-02-18T03:00:00Z")]
    [InlineData("America/Havana", "00:00", "2023-03-11", "2023-03-12T05:00:00Z")]
    [InlineData("America/Havana", "00:00", "2023-11-04", "2023-11-05T04:00:00Z")]
    [InlineData("America/Havana", "00:30", "2023-11-04", "2023-11-05T05:30:00Z")]
    [InlineData("America/Havana", "00:00", "2023-11-05", "2023-11-06T05:00:00Z")]
    [InlineData("America/St_Johns", "00:00", "2010-11-06", "2010-11-07T03:30:00Z")]
    [InlineData("America/St_Johns", "00:00", "2010-03-13", "2010-03-14T03:30:00Z")]
    [InlineData("America/St_Johns", "00:00", "2010-03-14", "2010-03-15T02:30:00Z")]
    [InlineData("Pacific/Apia", "00:00", "2011-12-29", "2011-12-30T10:00:00Z")]
    [InlineData("Pacific/Apia", "12:00", "2011-12-29", "2011-12-30T10:00:00Z")]
    [InlineData("Pacific/Apia", "00:00", "2011-12-30", "2011-12-30T10:00:00Z")]
    [InlineData("UTC", "00:00", "0001-01-01", "0001-01-02T00:00:00Z")]
    public void A_date_ends_where_no_later_instant_belongs_to_it(string zone, string dayStart, string date, string end) =>
        Assert.Equal(Instant(end), CalendarOf(zone, dayStart).EndOf(Date(date)));

    [Theory]
    [InlineData("UTC", "00:00")]
    [InlineData("Pacific/Apia", "00:00")]
    [InlineData("America/Sao_Paulo", "23:59")]
    public void The_last_dates_that_a_key_can_name_end_after_everything_else(string zone, string dayStart) =>
        Assert.All(["9999-12-28", "9999-12-29", "9999-12-30", "9999-12-31"], date =>
            Assert.True(CalendarOf(zone, dayStart).EndOf(Date(date)) > Instant("9999-12-28T00:00:00Z")));

    [Fact]
    public void Any_instants_date_is_what_counting_ticks_says() =>
        Gen.Select(
            Gen.OneOf(Changes), Gen.Long[-4 * TimeSpan.TicksPerDay, 4 * TimeSpan.TicksPerDay], Gen.Int[0, 1439], Gen.Int[-14, 14]).Sample(
            (change, ticks, minutes, offset) =>
            {
                var zone = TimeZoneInfo.FindSystemTimeZoneById(change.Zone);
                var instant = new DateTimeOffset(Date(change.Change), TimeOnly.MinValue, TimeSpan.Zero).AddTicks(ticks);
                var local = instant.UtcTicks + zone.GetUtcOffset(instant).Ticks - TimeSpan.FromMinutes(minutes).Ticks;

                var date = new BusinessCalendar(zone, TimeSpan.FromMinutes(minutes)).DateOf(instant.ToOffset(TimeSpan.FromHours(offset)));

                Assert.Equal(local / TimeSpan.TicksPerDay, date.DayNumber);
            }, iter: 10_000);

    [Fact]
    public void A_dates_end_is_the_first_minute_from_which_all_later_minutes_are_of_later_dates() =>
        NearChanges.Sample((zone, date, dayStart) =>
        {
            var calendar = new BusinessCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone), dayStart);

            Assert.Equal(SlowEndOf(calendar, date), calendar.EndOf(date));
        }, iter: 300);

    [Fact]
    public void In_every_zone_a_date_ends_rightly_around_each_change_of_its_clocks() =>
        Assert.All(TimeZoneInfo.GetSystemTimeZones(), zone =>
        {
            var calendars = DayStarts.Select(hours => new BusinessCalendar(zone, TimeSpan.FromHours(hours))).ToList();
            foreach (var (calendar, date) in ChangesOf(zone).SelectMany(date => calendars, (date, calendar) => (calendar, date)))
            {
                var end = calendar.EndOf(date);
                Assert.True(calendar.DateOf(end - Minute) <= date, $"{zone.Id} {date:O}: {end:u} is too late");
                Assert.All(Enumerable.Range(0, 60), half =>
                    Assert.True(calendar.DateOf(end + (half * 30 * Minute)) > date, $"{zone.Id} {date:O}: {end:u} is too soon"));
            }
        });

    [Fact]
    public void The_last_minute_before_a_dates_end_is_not_of_a_later_date() =>
        Gen.Select(NearChanges, Gen.Long[1, TimeSpan.TicksPerMinute]).Sample((at, ticks) =>
        {
            var calendar = new BusinessCalendar(TimeZoneInfo.FindSystemTimeZoneById(at.Zone), at.DayStart);

            Assert.True(calendar.DateOf(calendar.EndOf(at.Date).AddTicks(-ticks)) <= at.Date);
        }, iter: 2_000);

    [Fact]
    public void Every_instant_lies_before_the_end_of_its_own_date() =>
        Gen.Select(NearChanges, Gen.Long[-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay]).Sample((at, ticks) =>
        {
            var calendar = new BusinessCalendar(TimeZoneInfo.FindSystemTimeZoneById(at.Zone), at.DayStart);
            var instant = new DateTimeOffset(at.Date, TimeOnly.MinValue, TimeSpan.Zero).AddTicks(ticks);

            Assert.True(instant < calendar.EndOf(calendar.DateOf(instant)));
        }, iter: 2_000);

    private static DateTimeOffset SlowEndOf(BusinessCalendar calendar, DateOnly date)
    {
        var last = new DateTimeOffset(date.AddDays(4), TimeOnly.MinValue, TimeSpan.Zero);
        while (calendar.DateOf(last) > date)
            last -= Minute;

        return last + Minute;
    }

    /// <summary>The dates around every change of the zone's offset from 1990 to 2030.</summary>
    private static IEnumerable<DateOnly> ChangesOf(TimeZoneInfo zone) =>
        from day in Enumerable.Range(new DateOnly(1990, 1, 1).DayNumber, 40 * 365).Select(DateOnly.FromDayNumber)
        let midnight = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
        where zone.GetUtcOffset(midnight) != zone.GetUtcOffset(midnight.AddDays(1))
        from around in Enumerable.Range(-1, 3)
        select day.AddDays(around);

    private static BusinessCalendar CalendarOf(string zone, string dayStart = "00:00") =>
        new(TimeZoneInfo.FindSystemTimeZoneById(zone), TimeSpan.Parse(dayStart, CultureInfo.InvariantCulture));

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
