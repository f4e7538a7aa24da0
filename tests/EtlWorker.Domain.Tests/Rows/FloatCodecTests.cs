using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed partial class FloatCodecTests
{
    private static readonly FloatCodec Float4 = new(4);
    private static readonly FloatCodec Float8 = new(8);

    private static readonly Gen<string> NearlyNumbers = Gen.Select(
        Gen.OneOf("", "", "", "-", "+", " ", "0", "-00", "N"),
        Gen.Char["00123456789."].Array[0, 20].Select(digits => new string(digits)),
        Gen.OneOf("", "", "e", "E", "e-", "e+", "E-", "e--", "x", "d"),
        Gen.Char["000123456789"].Array[0, 4].Select(digits => new string(digits)),
        Gen.OneOf("", "", "", "", "", "", " ", "-", ".", "e3", "\0", "٣", "f"),
        (front, digits, exponent, power, end) => front + digits + exponent + power + end);

    // The bytes are PostgreSQL's: select encode(float8send('...'::float8), 'hex').
    [Theory]
    [InlineData(8, "0", "0000000000000000")]
    [InlineData(8, "-0", "8000000000000000")]
    [InlineData(8, "0.0", "0000000000000000")]
    [InlineData(8, "1", "3FF0000000000000")]
    [InlineData(8, "-1", "BFF0000000000000")]
    [InlineData(8, "1.5", "3FF8000000000000")]
    [InlineData(8, ".5", "3FE0000000000000")]
    [InlineData(8, "5.", "4014000000000000")]
    [InlineData(8, "007", "401C000000000000")]
    [InlineData(8, "0.1", "3FB999999999999A")]
    [InlineData(8, "0.30000000000000004", "3FD3333333333334")]
    [InlineData(8, "1e-05", "3EE4F8B588E368F1")]
    [InlineData(8, "1E-05", "3EE4F8B588E368F1")]
    [InlineData(8, "1e+16", "4341C37937E08000")]
    [InlineData(8, "1.5e3", "4097700000000000")]
    [InlineData(8, "-2.5E-3", "BF647AE147AE147B")]
    [InlineData(8, "1e00000000000000000005", "40F86A0000000000")]
    [InlineData(8, "123456789.123456789", "419D6F34547E6B75")]
    [InlineData(8, "9007199254740993", "4340000000000000")]
    [InlineData(8, "1.7976931348623157e308", "7FEFFFFFFFFFFFFF")]
    [InlineData(8, "-1.7976931348623157e308", "FFEFFFFFFFFFFFFF")]
    [InlineData(8, "2.2250738585072014e-308", "0010000000000000")]
    [InlineData(8, "2.2250738585072011e-308", "000FFFFFFFFFFFFF")]
    [InlineData(8, "5e-324", "0000000000000001")]
    [InlineData(8, "2.4703282292062328e-324", "0000000000000001")]
    [InlineData(8, "0e999", "0000000000000000")]
    [InlineData(8, "0.0e-99999", "0000000000000000")]
    [InlineData(4, "0", "00000000")]
    [InlineData(4, "-0", "80000000")]
    [InlineData(4, "1", "3F800000")]
    [InlineData(4, "1.5", "3FC00000")]
    [InlineData(4, "0.1", "3DCCCCCD")]
    [InlineData(4, "1e-05", "3727C5AC")]
    [InlineData(4, "3.4028235e38", "7F7FFFFF")]
    [InlineData(4, "-3.4028235e38", "FF7FFFFF")]
    [InlineData(4, "3.40282356e38", "7F7FFFFF")]
    [InlineData(4, "1.17549435e-38", "00800000")]
    [InlineData(4, "1e-45", "00000001")]
    [InlineData(4, "16777217", "4B800000")]
    [InlineData(4, "1.000000059604644775390625000000000001", "3F800001")] // a hair above the middle: not by way of a double
    [InlineData(4, "0e-500", "00000000")]
    public void A_number_becomes_the_nearest_float(int size, string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(new FloatCodec(size), field));

    [Theory]
    [InlineData(8, "1e309")]
    [InlineData(8, "-1e309")]
    [InlineData(8, "1.8e308")]
    [InlineData(8, "1e99999999999999999999")]
    [InlineData(8, "2e-324")]
    [InlineData(8, "-1e-400")]
    [InlineData(8, "0.1e-99999999999999999999")]
    [InlineData(4, "3.4028236e38")]
    [InlineData(4, "-1e39")]
    [InlineData(4, "1e308")]
    [InlineData(4, "1e-46")]
    [InlineData(4, "-5e-324")]
    public void What_would_become_infinity_or_lose_itself_in_zero_is_out_of_range(int size, string field) =>
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(new FloatCodec(size), field).Code);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("e5")]
    [InlineData(".e5")]
    [InlineData("1e")]
    [InlineData("1e-")]
    [InlineData("1e+")]
    [InlineData("1e--5")]
    [InlineData("1e+-5")]
    [InlineData("1e5.0")]
    [InlineData("1e5e5")]
    [InlineData("1e 5")]
    [InlineData("1 e5")]
    [InlineData("1d5")]
    [InlineData("--1")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("5\r")]
    [InlineData("1\0")]
    [InlineData("1e5\0")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("1,000")]
    [InlineData("1_000")]
    [InlineData("1f")]
    [InlineData("0x1F")]
    [InlineData("0x1p3")]
    [InlineData("$5")]
    [InlineData("5%")]
    [InlineData("(5)")]
    [InlineData("\u22125")]
    [InlineData("\uFEFF5")]
    [InlineData("\u0663")]
    [InlineData("\uFF15")]
    [InlineData("1e\uFF15")]
    [InlineData("NaN")]
    [InlineData("nan")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("inf")]
    [InlineData("\u221E")]
    public void What_is_no_number_is_refused_as_such(string field) =>
        Assert.All<FloatCodec>([Float4, Float8], codec => Assert.Equal(RejectCode.Numeric, Encoded.Of(codec, field).Code));

    [Fact]
    public void The_type_is_told()
    {
        Assert.Equal("a number, such as -1234.5 or 1e-05, that a float4 can hold", Float4.Expects);
        Assert.Equal("a number, such as -1234.5 or 1e-05, that a float8 can hold", Float8.Expects);
    }

    [Fact]
    public void A_hundred_thousand_digits_are_read_exactly()
    {
        var zeros = new string('0', 100_000);

        Assert.Equal(Encoded.Of(Float8, "1"), Encoded.Of(Float8, $"1{zeros}e-100000"));
        Assert.Equal(Encoded.Of(Float8, "1"), Encoded.Of(Float8, $"0.{zeros}1e100001"));
        Assert.Equal(Encoded.Of(Float8, "1.5"), Encoded.Of(Float8, $"{zeros}1.5{zeros}"));
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Float8, $"1{zeros}").Code);
    }

    [Fact]
    public void Any_double_goes_through_its_text_into_its_bytes() =>
        Gen.Double.Where(double.IsFinite).Sample(value =>
            Assert.Equal(BigEndian(value), Encoded.Of(Float8, value.ToString("R", CultureInfo.InvariantCulture)).Bytes), iter: 20_000);

    [Fact]
    public void Any_float_goes_through_its_text_into_its_bytes() =>
        Gen.Float.Where(float.IsFinite).Sample(value =>
            Assert.Equal(BigEndian(value), Encoded.Of(Float4, value.ToString("R", CultureInfo.InvariantCulture)).Bytes), iter: 20_000);

    [Fact]
    public void A_pattern_and_the_base_librarys_parser_agree_on_nearly_numbers() =>
        NearlyNumbers.Sample(field => AgreesWithPattern(Encoding.UTF8.GetBytes(field)), iter: 50_000);

    [Fact]
    public void Arbitrary_bytes_never_throw_and_get_the_patterns_answer() => Gen.Byte.Array[0, 30].Sample(AgreesWithPattern);

    private static void AgreesWithPattern(byte[] field)
    {
        var text = Encoding.Latin1.GetString(field);
        var isNumber = Number().IsMatch(text);
        var (single, value) = isNumber
            ? (float.Parse(text, CultureInfo.InvariantCulture), double.Parse(text, CultureInfo.InvariantCulture))
            : default;
        var isZero = !text.Split('e', 'E')[0].Any(digit => digit is >= '1' and <= '9');

        Assert.Equal(Expected(isNumber, float.IsFinite(single) && (isZero || single != 0), BigEndian(single)), Encoded.Of(Float4, field));
        Assert.Equal(Expected(isNumber, double.IsFinite(value) && (isZero || value != 0), BigEndian(value)), Encoded.Of(Float8, field));
    }

    private static Encoded Expected(bool isNumber, bool isHeld, byte[] bytes) => (isNumber, isHeld) switch
    {
        (false, _) => new Encoded(RejectCode.Numeric, []),
        (true, false) => new Encoded(RejectCode.OutOfRange, []),
        _ => new Encoded(RejectCode.None, bytes),
    };

    private static byte[] BigEndian(double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, value);
        return bytes;
    }

    [GeneratedRegex(@"\A-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
