using System.Globalization;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class DateTimeFormTests
{
    private static readonly string[] DateForms =
        ["dd.MM.yyyy", "M/d/yyyy", "yyyyMMdd", "dd MMM yyyy", "d MMMM yyyy", "dd-MM-yy", "d.M.yy", "yyyy.MM.dd", "MMM d, yyyy"];

    private static readonly string[] TimestampForms =
    [
        "dd.MM.yyyy HH:mm", "M/d/yyyy h:mm:ss tt", "yyyyMMddHHmmss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "dd MMM yyyy H:m:s.fff",
        "MM/dd/yyyy hh:mm tt", "d.M.yyyy, HH'h'mm",
    ];

    private static readonly string[] Months =
    [
        "Jänner", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
    ];

    private static readonly DateTime Earliest = new(1950, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Latest = new(2049, 12, 31, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("dd.MM.yyyy", "03.02.2021", "2021-02-03")]
    [InlineData("M/d/yyyy", "2/3/2021", "2021-02-03")]
    [InlineData("M/d/yyyy", "02/03/2021", "2021-02-03")]
    [InlineData("yyyyMMdd", "20210203", "2021-02-03")]
    [InlineData("dd MMM yyyy", "03 FEB 2021", "2021-02-03")]
    [InlineData("d MMMM yyyy", "3 february 2021", "2021-02-03")]
    [InlineData("dd-MM-yy", "03-02-49", "2049-02-03")]
    [InlineData("dd-MM-yy", "03-02-50", "1950-02-03")]
    [InlineData("dd.MM.yyyy HH:mm", "03.02.2021 00:00", "2021-02-03")]
    [InlineData("dd.MM.yyyy", "29.02.2024", "2024-02-29")]
    [InlineData("dd.MM.yyyy", "29.02.2023", "date")]
    [InlineData("dd.MM.yyyy", "31.04.2023", "date")]
    [InlineData("dd.MM.yyyy", "00.01.2023", "date")]
    [InlineData("dd.MM.yyyy", "01.13.2023", "date")]
    [InlineData("dd.MM.yyyy", "01.01.0000", "date")]
    [InlineData("dd.MM.yyyy", "1.1.2023", "date")]
    [InlineData("dd.MM.yyyy", "01.01.23", "date")]
    [InlineData("dd.MM.yyyy", "01.01.20233", "date")]
    [InlineData("dd.MM.yyyy", "01/01/2023", "date")]
    [InlineData("dd.MM.yyyy HH:mm", "03.02.2021 00:01", "date")]
    [InlineData("M/d/yyyy", "2//2021", "date")]
    [InlineData("dd MMM yyyy", "03 Febr 2021", "date")]
    public void A_date_is_read_exactly(string form, string field, string text) =>
        Assert.Equal(text, Rewritten.Of(Format(DateTimeTarget.Date, form), field));

    [Theory]
    [InlineData(1999, "00", "1900")]
    [InlineData(1999, "99", "1999")]
    [InlineData(2030, "30", "2030")]
    [InlineData(2030, "31", "1931")]
    [InlineData(2100, "00", "2100")]
    [InlineData(2100, "01", "2001")]
    public void A_year_of_two_digits_is_one_of_the_hundred_that_end_with_the_pivot(int pivot, string field, string year)
    {
        Assert.Null(DateTimeForm.Parse("dd.MM.yy", null, pivot, out var form));

        Assert.Equal($"{year}-02-03", Rewritten.Of(new DateTimeFormat(DateTimeTarget.Date, [form!], null, ""), $"03.02.{field}"));
    }

    [Theory]
    [InlineData("dd.MM.yyyy HH:mm", "03.02.2021 07:05", "2021-02-03 07:05:00")]
    [InlineData("M/d/yyyy h:mm:ss tt", "2/3/2021 12:05:09 AM", "2021-02-03 00:05:09")]
    [InlineData("M/d/yyyy h:mm:ss tt", "2/3/2021 12:05:09 pm", "2021-02-03 12:05:09")]
    [InlineData("M/d/yyyy h:mm:ss tt", "2/3/2021 0:05:09 AM", "timestamp")]
    [InlineData("M/d/yyyy h:mm:ss tt", "2/3/2021 13:05:09 PM", "timestamp")]
    [InlineData("dd.MM.yyyy HH:mm:ss.FFF", "03.02.2021 07:05:01", "2021-02-03 07:05:01")]
    [InlineData("dd.MM.yyyy HH:mm:ss.FFF", "03.02.2021 07:05:01.5", "2021-02-03 07:05:01.5")]
    [InlineData("dd.MM.yyyy HH:mm:ss.FFF", "03.02.2021 07:05:01.", "timestamp")]
    [InlineData("dd.MM.yyyy HH:mm:ss.FFF", "03.02.2021 07:05:01.1234", "timestamp")]
    [InlineData("dd.MM.yyyy HH:mm:ss,fff", "03.02.2021 07:05:01,020", "2021-02-03 07:05:01.020")]
    [InlineData("dd.MM.yyyy", "03.02.2021", "2021-02-03 00:00:00")]
    [InlineData("dd.MM.yyyy HH:mm", "03.02.2021 24:00", "timestamp")]
    [InlineData("dd.MM.yyyy HH:mm", "03.02.2021 23:60", "timestamp")]
    public void A_timestamp_is_read_exactly(string form, string field, string text) =>
        Assert.Equal(text, Rewritten.Of(Format(DateTimeTarget.Timestamp, form), field));

    [Theory]
    [InlineData("h:mm tt", "7:05 PM", "19:05:00")]
    [InlineData("HHmm", "1905", "19:05:00")]
    [InlineData("HHmm", "2405", "timestamp")]
    public void A_time_of_day_is_read_exactly(string form, string field, string text) =>
        Assert.Equal(text, Rewritten.Of(Format(DateTimeTarget.Time, form), field));

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm zzz", "2021-02-03 07:05 +05:30", "2021-02-03 07:05:00+05:30")]
    [InlineData("yyyy-MM-dd HH:mm zz", "2021-02-03 07:05 -03", "2021-02-03 07:05:00-03:00")]
    [InlineData("yyyy-MM-dd HH:mmK", "2021-02-03 07:05Z", "2021-02-03 07:05:00+00:00")]
    [InlineData("yyyy-MM-dd HH:mmK", "2021-02-03 07:05+01:00", "2021-02-03 07:05:00+01:00")]
    [InlineData("yyyy-MM-dd HH:mm zzz", "2021-02-03 07:05", "timestamp")]
    [InlineData("yyyy-MM-dd HH:mm zzz", "2021-02-03 07:05 +16:00", "timestamp")]
    public void An_offset_of_the_form_counts(string form, string field, string text) =>
        Assert.Equal(text, Rewritten.Of(Format(DateTimeTarget.TimestampTz, form), field));

    // Berlin: summer time from 2026-03-29 02:00 to 2026-10-25 03:00.
    [Theory]
    [InlineData("28.03.2026 12:00", "2026-03-28 12:00:00+01:00")]
    [InlineData("29.03.2026 01:59", "2026-03-29 01:59:00+01:00")]
    [InlineData("29.03.2026 02:00", "timestamp")]
    [InlineData("29.03.2026 02:59", "timestamp")]
    [InlineData("29.03.2026 03:00", "2026-03-29 03:00:00+02:00")]
    [InlineData("25.10.2026 01:59", "2026-10-25 01:59:00+02:00")]
    [InlineData("25.10.2026 02:00", "timestamp")]
    [InlineData("25.10.2026 02:59", "timestamp")]
    [InlineData("25.10.2026 03:00", "2026-10-25 03:00:00+01:00")]
    // Local mean time had 53 minutes and 28 seconds, which .NET rounds.
    [InlineData("01.01.1890 00:00", "timestamp")]
    public void Without_an_offset_the_zone_decides_unless_the_time_exists_twice_or_never(string field, string text)
    {
        var form = Format(DateTimeTarget.TimestampTz, "dd.MM.yyyy HH:mm", "Europe/Berlin");

        Assert.Equal(text, Rewritten.Of(form, field));
        Assert.Equal(text, Rewritten.Of(form, field));
    }

    /// <summary>Clocks that were set back at a minute past midnight, and zones that moved.</summary>
    [Theory]
    [InlineData("America/St_Johns", "2010-11-06 23:00", "2010-11-06 23:00:00-02:30")]
    [InlineData("America/St_Johns", "2010-11-06 23:05", "timestamp")]
    [InlineData("America/St_Johns", "2010-03-14 00:00", "2010-03-14 00:00:00-03:30")]
    [InlineData("America/St_Johns", "2010-03-14 00:05", "timestamp")]
    [InlineData("Europe/Moscow", "2014-10-26 01:30", "timestamp")]
    [InlineData("Europe/Moscow", "2014-10-26 02:30", "2014-10-26 02:30:00+03:00")]
    [InlineData("Europe/Moscow", "2011-03-27 02:30", "timestamp")]
    [InlineData("Europe/Moscow", "2011-03-27 03:30", "2011-03-27 03:30:00+04:00")]
    [InlineData("Asia/Almaty", "2024-02-29 23:30", "timestamp")]
    [InlineData("Pacific/Apia", "2011-12-30 12:00", "timestamp")]
    [InlineData("Pacific/Apia", "2011-12-31 12:00", "2011-12-31 12:00:00+14:00")]
    [InlineData("Europe/Berlin", "0001-01-01 00:00", "timestamp")]
    [InlineData("Europe/Berlin", "9999-12-31 00:00", "9999-12-31 00:00:00+01:00")]
    public void A_time_that_exists_twice_or_never_is_found_in_every_zone(string zone, string field, string text)
    {
        var form = Format(DateTimeTarget.TimestampTz, "yyyy-MM-dd HH:mm", zone);
        Rewritten.Of(form, field[..^2] + "00");

        Assert.Equal(text, Rewritten.Of(form, field));
    }

    [Fact]
    public void An_offset_is_not_dropped_for_a_timestamp_without_one() => Assert.Equal(
        "timestamp", Rewritten.Of(Format(DateTimeTarget.Timestamp, "dd.MM.yyyy HH:mm zzz"), "05.01.2020 12:00 +05:00"));

    [Theory]
    [InlineData("2026-07-01 12:00:00", "2026-07-01 12:00:00+02:00")]
    [InlineData("2026-07-01T12:00:00.123456789", "2026-07-01 12:00:00.123456789+02:00")]
    [InlineData("2026-07-01", "2026-07-01 00:00:00+02:00")]
    [InlineData("2026-07-01 12:00:00Z", "2026-07-01 12:00:00Z")]
    [InlineData("01.07.2026", "01.07.2026")]
    public void The_zone_alone_leaves_the_form_as_PostgreSQL_writes_it(string field, string text) => Assert.Equal(
        text,
        Rewritten.Of(
            new DateTimeFormat(DateTimeTarget.TimestampTz, null, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), "x"), field));

    [Fact]
    public void Months_are_called_as_the_definition_says()
    {
        Assert.Null(DateTimeForm.Parse("d. MMMM yyyy", Months, null, out var form));
        var dates = new DateTimeFormat(DateTimeTarget.Date, [form!], null, "");

        Assert.Equal("2026-03-05", Rewritten.Of(dates, "5. MÄRZ 2026"));
        Assert.Equal("2026-01-05", Rewritten.Of(dates, "5. jänner 2026"));
        Assert.Equal("date", Rewritten.Of(dates, "5. March 2026"));
    }

    [Fact]
    public void The_first_form_that_fits_counts()
    {
        var dates = new DateTimeFormat(DateTimeTarget.Date, [Parsed("dd.MM.yyyy"), Parsed("yyyy-MM-dd")], null, "");

        Assert.Equal(("2026-03-05", "2026-03-05"), (Rewritten.Of(dates, "05.03.2026"), Rewritten.Of(dates, "2026-03-05")));
        Assert.Equal("a calendar date as dd.MM.yyyy or yyyy-MM-dd", dates.Expects);
    }

    [Theory]
    [InlineData("DD.MM.YYYY", "has DD")]
    [InlineData("dd.mm.yyyy", "names a year, a month or a day, and not all three")]
    [InlineData("dd.MM.yy", "has a year of two digits")]
    [InlineData("dd.MM.yyy", "has yyy")]
    [InlineData("dd.MM", "names a year, a month or a day, and not all three")]
    [InlineData("dd.MM.yyyy hh:mm", "has the hour of 12")]
    [InlineData("dd.MM.yyyy HH:mm tt", "has tt (AM, PM) without")]
    [InlineData("dd.MM.yyyy HH:MM", "names the month twice")]
    [InlineData("dd.MM.yyyy mm:ss", "has a part of a time")]
    [InlineData("dd.MM.yyyy HH:ss", "has a part of a time")]
    [InlineData("dMyyyy", "has a number of one or two digits right before another number")]
    [InlineData("yyyyMd1", "has a number of one or two digits right before another number")]
    [InlineData("yyyy-MM-dd'T", "has a quote that is never closed")]
    [InlineData("dd.MM.yyyy HH:mm:ssFFF", "has F without a point")]
    [InlineData("ddd, dd.MM.yyyy", "has ddd")]
    [InlineData("yyyy-MM-ddTHH:mm:ssZ", "has Z")]
    [InlineData("", "names no date and no time")]
    [InlineData("--", "names no date and no time")]
    public void A_form_that_is_none_says_why(string text, string fault)
    {
        Assert.StartsWith(fault, DateTimeForm.Parse(text, null, null, out var form), StringComparison.Ordinal);
        Assert.Null(form);
    }

    [Theory]
    [InlineData("dd/MM/yyyy", "MM/dd/yyyy")]
    [InlineData("d/M/yyyy", "M/d/yyyy")]
    [InlineData("yyyyMMdd", "ddMMyyyy")]
    [InlineData("dd.MM.yy", "yy.MM.dd")]
    [InlineData("dd.MM.yyyy", "d.M.yyyy", false)]
    [InlineData("dd.MM.yyyy", "yyyy-MM-dd", false)]
    [InlineData("dd.MM.yy", "dd.MM.yyyy", false)]
    [InlineData("dd.MM.yyyy HH:mm", "MM.dd.yyyy HH:mm")]
    [InlineData("dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss", false)]
    [InlineData("dd.MM.yyyy HH:mm", "dd.MM.yyyy mm:HH")]
    [InlineData("d MMM yyyy", "d MMMM yyyy", false)]
    public void Forms_that_read_one_text_differently_are_found(string one, string other, bool areFound = true) =>
        Assert.Equal(areFound, DateTimeFormat.Conflict([Parsed(one), Parsed(other)]) is not null);

    [Fact]
    public void What_NET_writes_in_a_form_is_read_back() => Gen.Select(
        Gen.Int[0, TimestampForms.Length - 1], Gen.DateTime[Earliest, Latest]).Sample((index, time) =>
        {
            var form = TimestampForms[index];
            var text = time.ToString(form, CultureInfo.InvariantCulture);
            var kept = DateTime.ParseExact(text, form, CultureInfo.InvariantCulture);

            var read = Rewritten.Of(Format(DateTimeTarget.Timestamp, form), text);

            Assert.Equal(kept, DateTime.Parse(read, CultureInfo.InvariantCulture));
        });

    [Fact]
    public void Whatever_the_text_a_date_is_what_NET_reads_by_the_same_letters() => Gen.Select(
        Gen.Int[0, DateForms.Length - 1], Gen.Date[Earliest, Latest], Gen.Int[0, 20], Gen.Char["0123456789./- abFMJ"]).Sample(
        (index, date, at, character) =>
        {
            var form = DateForms[index];
            var text = date.ToString(form, CultureInfo.InvariantCulture);
            // A month's name is written in small letters, in capitals, or with a capital first; NET reads any mixture.
            text = at < text.Length && char.ToUpperInvariant(text[at]) != char.ToUpperInvariant(character)
                ? string.Concat(text.AsSpan(0, at), [character], text.AsSpan(at + 1)) : text;
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.Calendar.TwoDigitYearMax = 2049;
            culture.DateTimeFormat.Calendar.TwoDigitYearMax = 2049;
            var expected = DateTime.TryParseExact(text, form, culture, DateTimeStyles.None, out var known)
                ? known.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : "date";

            Assert.Equal(expected, Rewritten.Of(Format(DateTimeTarget.Date, form), text));
        });

    private static DateTimeForm Parsed(string text)
    {
        Assert.Null(DateTimeForm.Parse(text, null, 2049, out var form));
        return form!;
    }

    private static DateTimeFormat Format(DateTimeTarget target, string form, string? zone = null) =>
        new(target, [Parsed(form)], zone is null ? null : TimeZoneInfo.FindSystemTimeZoneById(zone), "");
}
