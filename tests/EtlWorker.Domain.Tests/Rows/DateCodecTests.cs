using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class DateCodecTests
{
    private static readonly DateCodec Date = new();

    private static readonly Gen<string> NearlyDates = Gen.Select(
        Gen.Int[0, 10_000], Gen.Int[0, 14], Gen.Int[0, 33], Gen.OneOf("-", "-", "-", "/", ""), Gen.OneOf("", "", "", " ", "0", "T"),
        (year, month, day, separator, end) => $"{year:0000}-{month:00}{separator}{day:00}{end}");

    // The day numbers are PostgreSQL's: select date '...' - date '2000-01-01'.
    [Theory]
    [InlineData("2000-01-01", 0)]
    [InlineData("2000-01-02", 1)]
    [InlineData("1999-12-31", -1)]
    [InlineData("2000-02-29", 59)]
    [InlineData("2000-03-01", 60)]
    [InlineData("1970-01-01", -10_957)]
    [InlineData("2022-09-05", 8_283)]
    [InlineData("2024-02-29", 8_825)]
    [InlineData("2100-02-28", 36_583)]
    [InlineData("2100-03-01", 36_584)]
    [InlineData("1900-03-01", -36_465)]
    [InlineData("1000-01-01", -365_242)]
    [InlineData("0001-01-01", -730_119)]
    [InlineData("9999-12-31", 2_921_939)]
    [InlineData("2000-01-02 00:00:00", 1)]
    [InlineData("1999-12-31T00:00:00.000000000", -1)]
    public void A_date_becomes_its_days_since_2000_in_big_endian_order(string field, int days) =>
        Assert.Equal(new Encoded(RejectCode.None, BigEndian(days)), Encoded.Of(Date, field));

    [Theory]
    [InlineData("")]
    [InlineData("0000-01-01")]
    [InlineData("0000-00-00")]
    [InlineData("2022-00-10")]
    [InlineData("2022-13-01")]
    [InlineData("2022-01-00")]
    [InlineData("2022-01-32")]
    [InlineData("2022-02-29")]
    [InlineData("2022-02-30")]
    [InlineData("2024-02-30")]
    [InlineData("1900-02-29")]
    [InlineData("2100-02-29")]
    [InlineData("2022-04-31")]
    [InlineData("2022-2-3")]
    [InlineData("2022-02-3")]
    [InlineData("2022-2-03")]
    [InlineData("2022-02-033")]
    [InlineData("22-02-03")]
    [InlineData("12022-02-03")]
    [InlineData("20220203")]
    [InlineData("2022020300")]
    [InlineData("2022/02/03")]
    [InlineData("2022-02/03")]
    [InlineData("2022.02-03")]
    [InlineData("03-02-2022")]
    [InlineData("2022-02-03 ")]
    [InlineData(" 2022-02-03")]
    [InlineData("2022-02-03\r")]
    [InlineData("2022-02-03\0")]
    [InlineData("2022-02-03T00:00:01")]
    [InlineData("2022-02-03 00:00:00.000001")]
    [InlineData("2022-02-03 12:00:00")]
    [InlineData("2022-02-03 24:00:00")]
    [InlineData("2022-02-03 00:00")]
    [InlineData("2022-02-03  00:00:00")]
    [InlineData("2022-02-03 00:00:00Z")]
    [InlineData("2022-02-03 00:00:00 ")]
    [InlineData("2022-02-30 00:00:00")]
    [InlineData("-022-02-03")]
    [InlineData("+022-02-03")]
    [InlineData("2022--2-03")]
    [InlineData("2022- 2-03")]
    [InlineData("2022-02-0x")]
    [InlineData("2022-0:-01")]
    [InlineData("202/-01-01")]
    [InlineData("\u0662022-02-03")]
    [InlineData("202\u0662-2-03")]
    [InlineData("\uFF12022-2-3")]
    [InlineData("2022\u201002-3")]
    [InlineData("NaT")]
    [InlineData("infinity")]
    [InlineData("today")]
    public void What_is_no_date_of_the_calendar_is_refused(string field) =>
        Assert.Equal(RejectCode.Date, Encoded.Of(Date, field).Code);

    [Fact]
    public void Every_date_there_is_goes_through_its_text_into_its_bytes()
    {
        var epoch = new DateOnly(2000, 1, 1).DayNumber;
        for (var date = DateOnly.MinValue; date < DateOnly.MaxValue; date = date.AddDays(1))
        {
            var encoded = Encoded.Of(Date, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            if (encoded.Code != RejectCode.None || BinaryPrimitives.ReadInt32BigEndian(encoded.Bytes) != date.DayNumber - epoch)
                Assert.Fail($"{date:O} became {encoded}");
        }
    }

    [Fact]
    public void The_base_librarys_parser_agrees_on_nearly_dates() => NearlyDates.Sample(AgreesWithTheBaseLibrary, iter: 20_000);

    [Fact]
    public void Arbitrary_bytes_never_throw_and_get_the_base_librarys_answer() =>
        Gen.Byte.Array[0, 20].Sample(field => AgreesWithTheBaseLibrary(Encoding.Latin1.GetString(field), field));

    [Fact]
    public void Ten_bytes_with_one_of_them_changed_get_the_base_librarys_answer() =>
        Gen.Select(Gen.DateOnly, Gen.Int[0, 9], Gen.Byte).Sample((date, at, changed) =>
        {
            var field = Encoding.ASCII.GetBytes(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            field[at] = changed;
            AgreesWithTheBaseLibrary(Encoding.Latin1.GetString(field), field);
        }, iter: 10_000);

    private static void AgreesWithTheBaseLibrary(string text) => AgreesWithTheBaseLibrary(text, Encoding.UTF8.GetBytes(text));

    private static void AgreesWithTheBaseLibrary(string text, byte[] field)
    {
        var isDate = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        var expected = isDate
            ? new Encoded(RejectCode.None, BigEndian(date.DayNumber - new DateOnly(2000, 1, 1).DayNumber))
            : new Encoded(RejectCode.Date, []);
        Assert.Equal(expected, Encoded.Of(Date, field));
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
