using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class TimestampCodecTests
{
    private static readonly TimestampCodec Timestamp = new(null);

    private static readonly string[] Fractions =
        ["", ".f", ".ff", ".fff", ".ffff", ".fffff", ".ffffff", ".ffffff'0'", ".ffffff'00'", ".ffffff'000'"];

    private static readonly string[] Formats =
        ["yyyy-MM-dd", .. Fractions.SelectMany(fraction => new[] { $"yyyy-MM-dd HH:mm:ss{fraction}", $"yyyy-MM-ddTHH:mm:ss{fraction}" })];

    // The bytes are PostgreSQL's: select encode(timestamp_send('...'::timestamp), 'hex').
    [Theory]
    [InlineData("2000-01-01 00:00:00", "0000000000000000")]
    [InlineData("2000-01-01T00:00:00", "0000000000000000")]
    [InlineData("2000-01-01 00:00:00.000001", "0000000000000001")]
    [InlineData("1999-12-31 23:59:59.999999", "FFFFFFFFFFFFFFFF")]
    [InlineData("2023-02-28 12:34:56", "000298C0977B3C00")]
    [InlineData("2023-02-28T12:34:56.7", "000298C09785EA60")]
    [InlineData("2023-02-28 12:34:56.789", "000298C097874608")]
    [InlineData("2023-02-28 12:34:56.789000", "000298C097874608")]
    [InlineData("2023-02-28 12:34:56.7890000", "000298C097874608")]
    [InlineData("2023-02-28 12:34:56.789000000", "000298C097874608")]
    [InlineData("2024-02-29 23:59:59", "0002B58CD3547DC0")]
    [InlineData("2024-02-29", "0002B578B58C6000")]
    [InlineData("1970-01-01", "FFFCA2FEC4C82000")]
    [InlineData("0001-01-01", "FF1FE2FFC59C6000")]
    [InlineData("1970-01-01 00:00:00", "FFFCA2FEC4C82000")]
    [InlineData("1900-03-01 00:00:00", "FFF4CE915CAEA000")]
    [InlineData("0001-01-01 00:00:00", "FF1FE2FFC59C6000")]
    [InlineData("9999-12-31 23:59:59.999999", "0380E70B913B7FFF")]
    public void A_point_in_time_becomes_its_microseconds_since_2000(string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(Timestamp, field));

    [Theory]
    [InlineData("")]
    [InlineData("2023-02-28 ")]
    [InlineData("2023-02-28T")]
    [InlineData("2023-02-29")]
    [InlineData("2023-02-28 12")]
    [InlineData("2023-02-28 12:34")]
    [InlineData("2023-02-28 12:34:5")]
    [InlineData("2023-02-28 12:34:56.")]
    [InlineData("2023-02-28 12:34:56,5")]
    [InlineData("2023-02-28 12:34:56.1234567")]
    [InlineData("2023-02-28 12:34:56.1234560001")]
    [InlineData("2023-02-28 12:34:56.1234560000")]
    [InlineData("2023-02-28 12:34:56.123456001")]
    [InlineData("2023-02-28 12:34:56.123456010")]
    [InlineData("2023-02-28 12:34:56.123456789012345678901")]
    [InlineData("2023-02-28 12:34:56.-1")]
    [InlineData("2023-02-28 12:34:56.1 ")]
    [InlineData("2023-02-28 12:34:56 ")]
    [InlineData(" 2023-02-28 12:34:56")]
    [InlineData("2023-02-28  12:34:56")]
    [InlineData("2023-02-28t12:34:56")]
    [InlineData("2023-02-28_12:34:56")]
    [InlineData("2023-02-28\t12:34:56")]
    [InlineData("2023-02-28 1:34:56")]
    [InlineData("2023-02-28 12-34-56")]
    [InlineData("2023-02-28 12:34-56")]
    [InlineData("2023-02-28 123456")]
    [InlineData("20230228T123456")]
    [InlineData("2023-02-28 24:00:00")]
    [InlineData("2023-02-28 25:00:00")]
    [InlineData("2023-02-28 12:60:00")]
    [InlineData("2023-02-28 12:34:60")]
    [InlineData("2023-02-28 -1:34:56")]
    [InlineData("2023-02-28 12:34:56Z")]
    [InlineData("2023-02-28 12:34:56+00")]
    [InlineData("2023-02-28 12:34:56.5-01:00")]
    [InlineData("2023-02-28 12:34:56 UTC")]
    [InlineData("2023-02-28 12:34:56 BC")]
    [InlineData("2023-02-28 12:34:56 PM")]
    [InlineData("2023-02-28 12:34:56\0")]
    [InlineData("2023-02-29 00:00:00")]
    [InlineData("1900-02-29 00:00:00")]
    [InlineData("0000-01-01 00:00:00")]
    [InlineData("12023-01-01 00:00:00")]
    [InlineData("2023-13-01 00:00:00")]
    [InlineData("2023-1-1 00:00:00")]
    [InlineData("28/02/2023 12:34:56")]
    [InlineData("Jan 5 2020 00:00:00")]
    [InlineData("1677587696")]
    [InlineData("\uFF12023-02-28 12:34:56")]
    [InlineData("2023-02-28 12:34:\uFF15")]
    [InlineData("2023-02-28 12:34:56.\u0665")]
    [InlineData("NaT")]
    [InlineData("now")]
    [InlineData("today")]
    [InlineData("epoch")]
    [InlineData("infinity")]
    [InlineData("-infinity")]
    public void What_is_no_point_in_time_is_refused(string field) =>
        Assert.Equal(RejectCode.Timestamp, Encoded.Of(Timestamp, field).Code);

    [Theory]
    [InlineData(0, "2023-02-28 12:34:56")]
    [InlineData(0, "2023-02-28 12:34:56.000000")]
    [InlineData(3, "2023-02-28 12:34:56.789")]
    [InlineData(3, "2023-02-28 12:34:56.7")]
    [InlineData(3, "2023-02-28 12:34:56.789000")]
    [InlineData(3, "2023-02-28 12:34:56.789000000")]
    [InlineData(6, "2023-02-28 12:34:56.789012")]
    [InlineData(6, "2023-02-28 12:34:56.789012000")]
    [InlineData(0, "2023-02-28")]
    public void Digits_that_the_column_keeps_and_zeros_beyond_them_are_taken(int precision, string field) =>
        Assert.Equal(Encoded.Of(Timestamp, field), Encoded.Of(new TimestampCodec(precision), field));

    [Theory]
    [InlineData(0, "2023-02-28 12:34:56.5")]
    [InlineData(0, "2023-02-28 12:34:56.000001")]
    [InlineData(3, "2023-02-28 12:34:56.7891")]
    [InlineData(5, "2023-02-28 12:34:56.000001")]
    public void What_PostgreSQL_would_round_is_refused(int precision, string field) =>
        Assert.Equal(RejectCode.Timestamp, Encoded.Of(new TimestampCodec(precision), field).Code);

    [Theory]
    [InlineData(null, "a point in time as yyyy-MM-dd[ HH:mm:ss[.ffffff]], without offset")]
    [InlineData(3, "a point in time as yyyy-MM-dd[ HH:mm:ss[.fff]], without offset")]
    [InlineData(0, "a point in time as yyyy-MM-dd[ HH:mm:ss], without offset")]
    public void The_form_is_told(int? precision, string expects) => Assert.Equal(expects, new TimestampCodec(precision).Expects);

    [Fact]
    public void Any_point_in_time_goes_through_its_text_into_its_bytes() =>
        Gen.Select(Gen.DateTime, Gen.OneOf(Formats)).Sample((time, format) =>
            AgreesWithTheBaseLibrary(Encoding.ASCII.GetBytes(time.ToString(format, CultureInfo.InvariantCulture))), iter: 20_000);

    [Fact]
    public void The_base_librarys_parser_agrees_when_some_bytes_are_changed() =>
        Gen.Select(Gen.DateTime, Gen.OneOf(Formats), Gen.Int[0, 25], Gen.OneOf(Gen.Char["0123456789-: T.Z+"], Gen.Char['\0', '\u00FF']))
            .Sample((time, format, at, changed) =>
            {
                var field = Encoding.ASCII.GetBytes(time.ToString(format, CultureInfo.InvariantCulture));
                field[at % field.Length] = (byte)changed;
                AgreesWithTheBaseLibrary(field);
            }, iter: 50_000);

    [Fact]
    public void Arbitrary_bytes_never_throw_and_get_the_base_librarys_answer() => Gen.Byte.Array[0, 30].Sample(AgreesWithTheBaseLibrary);

    private static void AgreesWithTheBaseLibrary(byte[] field)
    {
        // The base library ends at a NUL, and takes a no-break space for a space.
        var text = Encoding.Latin1.GetString(field).Replace('\0', 'x').Replace('\u00A0', 'x');
        var isTime = DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (time - new DateTime(2000, 1, 1)).Ticks / TimeSpan.TicksPerMicrosecond);
        Assert.Equal(isTime ? new Encoded(RejectCode.None, bytes) : new Encoded(RejectCode.Timestamp, []), Encoded.Of(Timestamp, field));
    }
}
