using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class TimeCodecTests
{
    private static readonly TimeCodec Time = new(null);

    private static readonly string[] Formats =
        ["HH:mm:ss", "HH:mm:ss.f", "HH:mm:ss.ff", "HH:mm:ss.fff", "HH:mm:ss.ffff", "HH:mm:ss.fffff", "HH:mm:ss.ffffff"];

    // The bytes are PostgreSQL's: select encode(time_send('...'::time), 'hex').
    [Theory]
    [InlineData("00:00:00", "0000000000000000")]
    [InlineData("00:00:01", "00000000000F4240")]
    [InlineData("12:34:56", "0000000A8BDA1C00")]
    [InlineData("12:34:56.7", "0000000A8BE4CA60")]
    [InlineData("12:34:56.000001", "0000000A8BDA1C01")]
    [InlineData("12:34:56.789012", "0000000A8BE62614")]
    [InlineData("23:59:59", "000000141DC81DC0")]
    [InlineData("23:59:59.999999", "000000141DD75FFF")]
    public void A_time_becomes_its_microseconds_since_midnight(string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(Time, field));

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("12:34")]
    [InlineData("1:02:03")]
    [InlineData("12:34:5")]
    [InlineData("12:34:567")]
    [InlineData("12:34:56.")]
    [InlineData("12:34:56,7")]
    [InlineData("12:34:56:7")]
    [InlineData("12:34:56.1234567")]
    [InlineData("12:34:56.0000000")]
    [InlineData("12:34:56.7 ")]
    [InlineData("12:34:56 ")]
    [InlineData(" 12:34:56")]
    [InlineData("T12:34:56")]
    [InlineData("12-34-56")]
    [InlineData("123456")]
    [InlineData("24:00:00")]
    [InlineData("23:60:00")]
    [InlineData("23:59:60")]
    [InlineData("-1:00:00")]
    [InlineData("+1:00:00")]
    [InlineData("12:34:56 AM")]
    [InlineData("12:34:56Z")]
    [InlineData("12:34:56+00")]
    [InlineData("12:34:56\0")]
    [InlineData("12:34:56.\0")]
    [InlineData("2023-02-28 12:34:56")]
    [InlineData("12:34:\uFF15")]
    [InlineData("12:34:\u0665")]
    [InlineData("now")]
    [InlineData("allballs")]
    public void What_is_no_time_of_day_is_refused(string field) => Assert.Equal(RejectCode.Timestamp, Encoded.Of(Time, field).Code);

    [Fact]
    public void What_PostgreSQL_would_round_is_refused()
    {
        Assert.Equal(RejectCode.Timestamp, Encoded.Of(new TimeCodec(3), "12:34:56.7891").Code);
        Assert.Equal(RejectCode.Timestamp, Encoded.Of(new TimeCodec(0), "23:59:59.5").Code);
        Assert.Equal(Encoded.Of(Time, "12:34:56.789"), Encoded.Of(new TimeCodec(3), "12:34:56.789000"));
        Assert.Equal(Encoded.Of(Time, "12:34:56"), Encoded.Of(new TimeCodec(0), "12:34:56.0"));
    }

    [Theory]
    [InlineData(null, "a time of day as HH:mm:ss[.ffffff]")]
    [InlineData(3, "a time of day as HH:mm:ss[.fff]")]
    [InlineData(0, "a time of day as HH:mm:ss")]
    public void The_form_is_told(int? precision, string expects) => Assert.Equal(expects, new TimeCodec(precision).Expects);

    [Fact]
    public void Every_second_of_the_day_goes_through_its_text_into_its_bytes()
    {
        for (var second = 0; second < 86_400; second++)
        {
            var time = new TimeOnly(second * TimeSpan.TicksPerSecond);
            AgreesWithTheBaseLibrary(Encoding.ASCII.GetBytes(time.ToString("HH:mm:ss", CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void The_base_librarys_parser_agrees_when_a_byte_is_changed() =>
        Gen.Select(Gen.TimeOnly, Gen.OneOf(Formats), Gen.Int[0, 14], Gen.OneOf(Gen.Char["0123456789:."], Gen.Char['\0', '\u00FF']))
            .Sample((time, format, at, changed) =>
            {
                var field = Encoding.ASCII.GetBytes(time.ToString(format, CultureInfo.InvariantCulture));
                AgreesWithTheBaseLibrary(field);
                field[at % field.Length] = (byte)changed;
                AgreesWithTheBaseLibrary(field);
            }, iter: 20_000);

    [Fact]
    public void Arbitrary_bytes_never_throw_and_get_the_base_librarys_answer() => Gen.Byte.Array[0, 20].Sample(AgreesWithTheBaseLibrary);

    private static void AgreesWithTheBaseLibrary(byte[] field)
    {
        // The base library ends at a NUL.
        var isTime = TimeOnly.TryParseExact(
            Encoding.Latin1.GetString(field).Replace('\0', 'x'), Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.Ticks / TimeSpan.TicksPerMicrosecond);
        Assert.Equal(isTime ? new Encoded(RejectCode.None, bytes) : new Encoded(RejectCode.Timestamp, []), Encoded.Of(Time, field));
    }
}
