using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class IntegerCodecTests
{
    private static readonly IntegerCodec Int2 = new(2);
    private static readonly IntegerCodec Int4 = new(4);
    private static readonly IntegerCodec Int8 = new(8);

    /// <summary>Digits with now and then a sign, a space or a letter: close to numbers, rarely too long.</summary>
    private static readonly Gen<string> NearlyNumbers = Gen.Select(
        Gen.OneOf("", "-", "--", "+", " ", "0", "-0", "00000000000000000000000"),
        Gen.Char["0123456789"].Array[0, 22].Select(digits => new string(digits)),
        Gen.OneOf("", "", "", "", "", "", " ", "-", ".", "e3", "\0", "٣", ",000"),
        (front, digits, end) => front + digits + end);

    [Theory]
    [InlineData(2, "0", "0000")]
    [InlineData(2, "1", "0001")]
    [InlineData(2, "-1", "FFFF")]
    [InlineData(2, "32767", "7FFF")]
    [InlineData(2, "-32768", "8000")]
    [InlineData(4, "-0", "00000000")]
    [InlineData(4, "-00", "00000000")]
    [InlineData(4, "007", "00000007")]
    [InlineData(4, "258", "00000102")]
    [InlineData(4, "-258", "FFFFFEFE")]
    [InlineData(4, "2147483647", "7FFFFFFF")]
    [InlineData(4, "-2147483648", "80000000")]
    [InlineData(4, "-00000000000000000000000000002147483648", "80000000")]
    [InlineData(8, "72623859790382856", "0102030405060708")]
    [InlineData(8, "9223372036854775807", "7FFFFFFFFFFFFFFF")]
    [InlineData(8, "-9223372036854775808", "8000000000000000")]
    [InlineData(8, "-9223372036854775807", "8000000000000001")]
    [InlineData(8, "0000000000000000000000000000000000009223372036854775807", "7FFFFFFFFFFFFFFF")]
    public void A_whole_number_becomes_its_bytes_in_big_endian_order(int size, string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(new IntegerCodec(size), field));

    [Theory]
    [InlineData(2, "32768")]
    [InlineData(2, "-32769")]
    [InlineData(2, "65536")]
    [InlineData(4, "2147483648")]
    [InlineData(4, "-2147483649")]
    [InlineData(4, "4294967296")]
    [InlineData(4, "99999999999999999999999999999999999999999999999999")]
    [InlineData(8, "9223372036854775808")]
    [InlineData(8, "-9223372036854775809")]
    [InlineData(8, "18446744073709551615")]
    [InlineData(8, "18446744073709551616")]
    [InlineData(8, "18446744073709551617")]
    [InlineData(8, "-18446744073709551616")]
    [InlineData(8, "36893488147419103232")]
    [InlineData(8, "340282366920938463463374607431768211456")]
    public void A_number_that_the_type_cannot_hold_is_out_of_range(int size, string field) =>
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(new IntegerCodec(size), field).Code);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("\t5")]
    [InlineData("5\n")]
    [InlineData("5\r")]
    [InlineData("1\0")]
    [InlineData("\01")]
    [InlineData("1-")]
    [InlineData("1-2")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("1_000")]
    [InlineData("1.0")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("0x10")]
    [InlineData("12x")]
    [InlineData("(5)")]
    [InlineData("\"5\"")]
    [InlineData("\u22125")]
    [InlineData("\uFEFF5")]
    [InlineData("\u0663")]
    [InlineData("\uFF15")]
    [InlineData("NaN")]
    [InlineData("/")]
    [InlineData(":")]
    [InlineData("99999999999999999999999x")]
    public void What_is_no_whole_number_is_refused_as_such_by_every_size(string field) =>
        Assert.All<IntegerCodec>([Int2, Int4, Int8], codec => Assert.Equal(RejectCode.Integer, Encoded.Of(codec, field).Code));

    [Theory]
    [InlineData(2, "a whole number between -32768 and 32767")]
    [InlineData(4, "a whole number between -2147483648 and 2147483647")]
    [InlineData(8, "a whole number between -9223372036854775808 and 9223372036854775807")]
    public void The_range_is_told(int size, string expects) => Assert.Equal(expects, new IntegerCodec(size).Expects);

    [Fact]
    public void A_hundred_thousand_digits_are_read_without_harm()
    {
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Int8, new string('9', 100_000)).Code);
        Assert.Equal([0, 0, 0, 7], Encoded.Of(Int4, new string('0', 100_000) + "7").Bytes);
    }

    [Fact]
    public void Every_short_goes_through_its_text_into_its_bytes()
    {
        for (int value = short.MinValue; value <= short.MaxValue; value++)
            Assert.Equal(BigEndian(value, 2), Encoded.Of(Int2, value.ToString(CultureInfo.InvariantCulture)).Bytes);
    }

    [Fact]
    public void Any_int_goes_through_its_text_into_its_bytes() =>
        Gen.Int.Sample(
            value => Encoded.Of(Int4, value.ToString(CultureInfo.InvariantCulture)).Bytes.AsSpan().SequenceEqual(BigEndian(value, 4)));

    [Fact]
    public void Any_long_goes_through_its_text_into_its_bytes() =>
        Gen.Long.Sample(
            value => Encoded.Of(Int8, value.ToString(CultureInfo.InvariantCulture)).Bytes.AsSpan().SequenceEqual(BigEndian(value, 8)));

    [Fact]
    public void A_slow_reader_of_big_numbers_agrees_on_nearly_numbers() =>
        Gen.Select(Gen.OneOf(2, 4, 8), NearlyNumbers).Sample((size, field) =>
            Assert.Equal(Slow(size, Encoding.UTF8.GetBytes(field)), Encoded.Of(new IntegerCodec(size), field)), iter: 20_000);

    [Fact]
    public void A_slow_reader_of_big_numbers_agrees_around_every_bound() =>
        Gen.Select(
            Gen.OneOf(2, 4, 8), Gen.OneOf(
                7, 8, 15, 16, 31, 32, 63, 64, 65, 128), Gen.Int[-3, 3], Gen.Bool).Sample((size, bits, off, isNegative) =>
        {
            var number = ((BigInteger.One << bits) + off) * (isNegative ? -1 : 1);
            var field = number.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(Slow(size, Encoding.UTF8.GetBytes(field)), Encoded.Of(new IntegerCodec(size), field));
        });

    [Fact]
    public void Arbitrary_bytes_never_throw_and_get_the_slow_readers_answer() =>
        Gen.Select(Gen.OneOf(2, 4, 8), Gen.Byte.Array[0, 30]).Sample((size, field) =>
            Assert.Equal(Slow(size, field), Encoded.Of(new IntegerCodec(size), field)));

    private static Encoded Slow(int size, byte[] field)
    {
        var text = Encoding.Latin1.GetString(field);
        var digits = text.StartsWith('-') ? text[1..] : text;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
            return new Encoded(RejectCode.Integer, []);

        var number = BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var bound = BigInteger.One << ((size * 8) - 1);
        return number < -bound || number >= bound
            ? new Encoded(RejectCode.OutOfRange, [])
            : new Encoded(RejectCode.None, BigEndian(number, size));
    }

    private static byte[] BigEndian(BigInteger value, int size)
    {
        var unsigned = value < 0 ? value + (BigInteger.One << (size * 8)) : value;
        var bytes = unsigned.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[size - bytes.Length], .. bytes];
    }
}
