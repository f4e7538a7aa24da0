using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class TimestampTzCodecTests
{
    private static readonly TimestampTzCodec TimestampTz = new(null);

    // The bytes are PostgreSQL's: select encode(timestamptz_send('...'::timestamptz), 'hex').
    [Theory]
    [InlineData("2000-01-01 00:00:00Z", "0000000000000000")]
    [InlineData("2000-01-01T00:00:00Z", "0000000000000000")]
    [InlineData("2000-01-01 00:00:00+00", "0000000000000000")]
    [InlineData("2000-01-01 00:00:00-00:00", "0000000000000000")]
    [InlineData("2000-01-01 01:00:00+01", "0000000000000000")]
    [InlineData("2000-01-01 00:00:00 Z", "0000000000000000")]
    [InlineData("2000-01-01 05:30:00 +0530", "0000000000000000")]
    [InlineData("1999-12-31T21:00:00.000 -03:00", "0000000000000000")]
    [InlineData("2000-01-01 05:30:00+0530", "0000000000000000")]
    [InlineData("2000-01-01 05:30:00+05:30", "0000000000000000")]
    [InlineData("1999-12-31 18:30:00-05:30", "0000000000000000")]
    [InlineData("2000-01-01 15:59:00+15:59", "0000000000000000")]
    [InlineData("1999-12-31 08:01:00-15:59", "0000000000000000")]
    [InlineData("2023-02-28T12:34:56.789+01:00", "000298BFC0F3A208")]
    [InlineData("2023-02-28T12:34:56.7890000+01:00", "000298BFC0F3A208")]
    [InlineData("2023-02-28 12:34:56.789012-0845", "000298C7ED132114")]
    [InlineData("2024-03-01 00:30:00.5+14", "0002B58182A23B20")]
    [InlineData("0001-01-01 00:00:00+15:59", "FF1FE2F25FF5A700")]
    [InlineData("9999-12-31 23:59:59.999999-15:59", "0380E718F6E238FF")]
    public void A_point_in_time_with_its_offset_becomes_UTC(string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(TimestampTz, field));

    [Fact]
    public void Without_an_offset_it_is_refused_because_the_session_would_decide() =>
        Assert.Equal(RejectCode.Timestamp, Encoded.Of(TimestampTz, "2023-02-28 12:34:56").Code);

    [Theory]
    [InlineData("z")]
    [InlineData("  Z")]
    [InlineData(" ")]
    [InlineData("\tZ")]
    [InlineData("Z ")]
    [InlineData("ZZ")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("+1:00")]
    [InlineData("+01:")]
    [InlineData("+01:0")]
    [InlineData("+01:000")]
    [InlineData("+01:00:00")]
    [InlineData("+010000")]
    [InlineData("+010")]
    [InlineData("+01.30")]
    [InlineData("+01-30")]
    [InlineData("+16")]
    [InlineData("+16:00")]
    [InlineData("-1600")]
    [InlineData("+24:00")]
    [InlineData("+01:60")]
    [InlineData("+0160")]
    [InlineData("  +01")]
    [InlineData("+ 01")]
    [InlineData("+01 ")]
    [InlineData("+-1")]
    [InlineData("+01:-1")]
    [InlineData("+\uFF11")]
    [InlineData("\u221201:00")]
    [InlineData("01:00")]
    [InlineData(".+01")]
    [InlineData(".1234567+01")]
    [InlineData("UTC")]
    [InlineData("+00\0")]
    [InlineData(" Europe/Berlin")]
    public void What_is_no_offset_is_refused(string end) =>
        Assert.Equal(RejectCode.Timestamp, Encoded.Of(TimestampTz, "2023-02-28 12:34:56" + end).Code);

    [Theory]
    [InlineData("")]
    [InlineData("Z")]
    [InlineData("2023-02-28")]
    [InlineData("2023-02-28Z")]
    [InlineData("2023-02-28+01:00")]
    [InlineData("2023-02-28 12:34Z")]
    [InlineData("2023-02-29 00:00:00Z")]
    [InlineData("2023-02-28 24:00:00Z")]
    [InlineData("2023-02-28 23:59:60Z")]
    [InlineData("0000-12-31 23:59:59Z")]
    [InlineData("10000-01-01 00:00:00Z")]
    [InlineData("Tue, 28 Feb 2023 12:34:56 GMT")]
    [InlineData("now")]
    [InlineData("infinity")]
    public void What_is_no_point_in_time_is_refused(string field) =>
        Assert.Equal(RejectCode.Timestamp, Encoded.Of(TimestampTz, field).Code);

    [Fact]
    public void What_PostgreSQL_would_round_is_refused()
    {
        Assert.Equal(RejectCode.Timestamp, Encoded.Of(new TimestampTzCodec(3), "2023-02-28 12:34:56.7891Z").Code);
        Assert.Equal(
            Encoded.Of(TimestampTz, "2023-02-28 12:34:56.789Z"), Encoded.Of(new TimestampTzCodec(3), "2023-02-28 12:34:56.789000Z"));
    }

    [Theory]
    [InlineData(null, "a point in time as yyyy-MM-dd HH:mm:ss[.ffffff] and an offset such as Z or +01:00")]
    [InlineData(0, "a point in time as yyyy-MM-dd HH:mm:ss and an offset such as Z or +01:00")]
    public void The_form_is_told(int? precision, string expects) => Assert.Equal(expects, new TimestampTzCodec(precision).Expects);

    [Fact]
    public void Any_point_in_time_at_any_offset_is_read_back_from_its_bytes() =>
        Gen.Select(Gen.DateTime, Gen.Int[-959, 959], Gen.OneOf(0, 1, 2)).Sample((local, minutes, form) =>
        {
            var (hours, rest) = (Math.Abs(minutes) / 60, Math.Abs(minutes) % 60);
            var offset = rest == 0 && form == 0 ? $"{hours:00}" : form == 1 ? $"{hours:00}{rest:00}" : $"{hours:00}:{rest:00}";
            var field = local.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture) + (minutes < 0 ? '-' : '+') + offset;

            var since2000 = BinaryPrimitives.ReadInt64BigEndian(Encoded.Of(TimestampTz, field).Bytes);

            Assert.Equal(Math.Floor((local - new DateTime(2000, 1, 1)).Ticks / 10m), since2000 + (minutes * 60_000_000L));
        }, iter: 20_000);

    [Fact]
    public void With_one_byte_changed_it_is_still_a_timestamp_and_an_offset_or_refused() =>
        Gen.Select(
                Gen.DateTime, Gen.OneOf("Z", "+00:00", "-03:30", "+1345", "-11"), Gen.Int[0, 32],
                Gen.OneOf(Gen.Char["0123456789-: T.Z+"], Gen.Char['\0', '\u00FF']))
            .Sample((time, offset, at, changed) =>
            {
                var field = Encoding.ASCII.GetBytes(time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + offset);
                field[at % field.Length] = (byte)changed;
                AgreesWithTimestamp(field);
            }, iter: 50_000);

    [Fact]
    public void Arbitrary_bytes_never_throw_and_are_points_in_time_only_with_an_offset() =>
        Gen.Byte.Array[0, 36].Sample(AgreesWithTimestamp);

    /// <summary>What stands before the offset must be a timestamp, and the offset in one of the four forms.</summary>
    private static void AgreesWithTimestamp(byte[] field)
    {
        var text = Encoding.Latin1.GetString(field);
        var at = text.LastIndexOfAny(['Z', '+', '-']);
        var (front, offset) = at < 19 ? (text, "") : (text[..at], text[at..]);
        front = front.Length > 19 && front.EndsWith(' ') ? front[..^1] : front;
        var local = Encoded.Of(new TimestampCodec(null), front);
        var minutes = Minutes(offset);
        if (local.Code != RejectCode.None || minutes is null)
        {
            Assert.Equal(RejectCode.Timestamp, Encoded.Of(TimestampTz, field).Code);
            return;
        }

        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, BinaryPrimitives.ReadInt64BigEndian(local.Bytes) - (minutes.Value * 60_000_000L));
        Assert.Equal(new Encoded(RejectCode.None, bytes), Encoded.Of(TimestampTz, field));
    }

    private static int? Minutes(string offset)
    {
        if (offset is "Z")
            return 0;

        var form = string.Concat(offset.Select(character => char.IsAsciiDigit(character) ? '0' : character));
        if (form is not ("+00" or "-00" or "+0000" or "-0000" or "+00:00" or "-00:00"))
            return null;

        var digits = string.Concat(offset.Where(char.IsAsciiDigit)).PadRight(4, '0');
        var (hours, rest) = (int.Parse(digits[..2], CultureInfo.InvariantCulture), int.Parse(digits[2..], CultureInfo.InvariantCulture));
        return hours > 15 || rest > 59 ? null : ((hours * 60) + rest) * (offset[0] == '-' ? -1 : 1);
    }
}
