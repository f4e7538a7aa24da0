using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed partial class NumericCodecTests
{
    private static readonly NumericCodec Any = new();

    /// <summary>Digits around a point, with now and then a sign, a space or a letter.</summary>
    private static readonly Gen<string> NearlyNumbers = Gen.Select(
        Gen.OneOf("", "", "", "-", "--", "+", " ", "0", "-0", "00000000000"),
        Gen.Char["0000123456789"].Array[0, 14].Select(digits => new string(digits)),
        Gen.OneOf("", ".", ".", ".", "..", ",", "e"),
        Gen.Char["0000123456789"].Array[0, 14].Select(digits => new string(digits)),
        Gen.OneOf("", "", "", "", "", "", " ", "-", ".", "e3", "\0", "٣", "000000"),
        (front, digits, point, fraction, end) => front + digits + point + fraction + end);

    // The bytes are PostgreSQL's: select encode(numeric_send('...'::numeric), 'hex').
    [Theory]
    [InlineData("0", "0000000000000000")]
    [InlineData("-0", "0000000000000000")]
    [InlineData("00", "0000000000000000")]
    [InlineData("0.0", "0000000000000001")]
    [InlineData("-0.00", "0000000000000002")]
    [InlineData("000.000", "0000000000000003")]
    [InlineData("1", "00010000000000000001")]
    [InlineData("-1", "00010000400000000001")]
    [InlineData("10", "0001000000000000000A")]
    [InlineData("9999", "0001000000000000270F")]
    [InlineData("10000", "00010001000000000001")]
    [InlineData("12345", "000200010000000000010929")]
    [InlineData("123456789", "0003000200000000000109291A85")]
    [InlineData("100000000", "00010002000000000001")]
    [InlineData("1000000000000000000000", "0001000500000000000A")]
    [InlineData("9999.9999", "0002000000000004270F270F")]
    [InlineData("10000.0001", "0003000100000004000100000001")]
    [InlineData("1.5", "000200000000000100011388")]
    [InlineData("-1.5", "000200004000000100011388")]
    [InlineData("1.50", "000200000000000200011388")]
    [InlineData(".5", "0001FFFF000000011388")]
    [InlineData("5.", "00010000000000000005")]
    [InlineData("0.1", "0001FFFF0000000103E8")]
    [InlineData("0.0001", "0001FFFF000000040001")]
    [InlineData("0.00001", "0001FFFE0000000503E8")]
    [InlineData("0.00010000", "0001FFFF000000080001")]
    [InlineData("-0.00012345", "0002FFFF4000000800010929")]
    [InlineData("0.00000000000000000001", "0001FFFB000000140001")]
    [InlineData("1234.5", "000200000000000104D21388")]
    [InlineData("1234.56789", "000300000000000504D2162E2328")]
    [InlineData("99999999.99", "0003000100000002270F270F26AC")]
    [InlineData("00012.3400", "0002000000000004000C0D48")]
    [InlineData("123456789012345678901234567890.123456789", "000B000700000009000C0D801ED204D2162E23340D801ED204D2162E2328")]
    public void A_number_becomes_its_digits_to_the_base_of_ten_thousand(string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(Any, field));

    // select encode(numeric_send('...'::numeric(p,s)), 'hex').
    [Theory]
    [InlineData(10, 2, "0", "0000000000000002")]
    [InlineData(10, 2, "-0", "0000000000000002")]
    [InlineData(10, 2, "1", "00010000000000020001")]
    [InlineData(10, 2, "1.5", "000200000000000200011388")]
    [InlineData(10, 2, "1.50", "000200000000000200011388")]
    [InlineData(10, 2, "1.5000000", "000200000000000200011388")]
    [InlineData(10, 2, "-12345678.9", "000300014000000204D2162E2328")]
    [InlineData(10, 2, "99999999.99", "0003000100000002270F270F26AC")]
    [InlineData(10, 2, "00000000000099999999.990000", "0003000100000002270F270F26AC")]
    [InlineData(5, 0, "0.000", "0000000000000000")]
    [InlineData(5, 0, "12345", "000200010000000000010929")]
    [InlineData(5, 0, "12345.000", "000200010000000000010929")]
    [InlineData(5, 0, "10000", "00010001000000000001")]
    [InlineData(5, 0, "-100", "00010000400000000064")]
    [InlineData(2, 2, "0", "0000000000000002")]
    [InlineData(2, 2, "0.99", "0001FFFF0000000226AC")]
    [InlineData(2, 2, "-.01", "0001FFFF400000020064")]
    [InlineData(3, -2, "0.0", "0000000000000000")]
    [InlineData(3, -2, "100", "00010000000000000064")]
    [InlineData(3, -2, "-100", "00010000400000000064")]
    [InlineData(3, -2, "99900", "0002000100000000000926AC")]
    [InlineData(3, -2, "12300.00", "0002000100000000000108FC")]
    [InlineData(3, 5, "0", "0000000000000005")]
    [InlineData(3, 5, "0.00999", "0002FFFF0000000500632328")]
    [InlineData(3, 5, "-0.00001", "0001FFFE4000000503E8")]
    [InlineData(3, 5, ".001", "0001FFFF00000005000A")]
    [InlineData(1000, 1000, "0.5", "0001FFFF000003E81388")]
    public void A_number_that_fits_has_as_many_digits_after_the_point_as_its_column(int precision, int scale, string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(new NumericCodec(precision, scale), field));

    [Theory]
    [InlineData(10, 2, "100000000")]
    [InlineData(10, 2, "-100000000.00")]
    [InlineData(10, 2, "100000000.001")]
    [InlineData(5, 0, "100000")]
    [InlineData(2, 2, "1")]
    [InlineData(2, 2, "1.00")]
    [InlineData(3, -2, "100000")]
    [InlineData(3, 5, "0.01")]
    [InlineData(3, 5, "1")]
    [InlineData(1000, 1000, "1")]
    public void More_digits_before_the_point_than_the_column_has_are_out_of_range(int precision, int scale, string field) =>
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(new NumericCodec(precision, scale), field).Code);

    [Theory]
    [InlineData(10, 2, "1.001")]
    [InlineData(10, 2, "-1.999")]
    [InlineData(10, 2, "0.00000001")]
    [InlineData(10, 2, "99999999.999")]
    [InlineData(5, 0, "1.5")]
    [InlineData(3, -2, "150")]
    [InlineData(3, -2, "1")]
    [InlineData(3, -2, "100.1")]
    [InlineData(3, 5, "0.001001")]
    public void What_PostgreSQL_would_round_is_refused(int precision, int scale, string field) =>
        Assert.Equal(RejectCode.Numeric, Encoded.Of(new NumericCodec(precision, scale), field).Code);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("--1")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("\t5")]
    [InlineData("5\n")]
    [InlineData("1\0")]
    [InlineData("\01")]
    [InlineData("1-")]
    [InlineData("1.-2")]
    [InlineData("1.2.3")]
    [InlineData("1..2")]
    [InlineData("1e3")]
    [InlineData("1E3")]
    [InlineData("1e-05")]
    [InlineData("1,5")]
    [InlineData("1,000")]
    [InlineData("1 000")]
    [InlineData("1_000")]
    [InlineData("0x1F")]
    [InlineData("0b1")]
    [InlineData("$5")]
    [InlineData("5%")]
    [InlineData("(5)")]
    [InlineData("\u22125")]
    [InlineData("\uFEFF5")]
    [InlineData("\u0663")]
    [InlineData("\uFF15")]
    [InlineData("1\uFF0E5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-inf")]
    [InlineData("/")]
    [InlineData(":")]
    public void What_is_no_decimal_number_is_refused_as_such(string field) =>
        Assert.All([Any, new NumericCodec(10, 2), new NumericCodec(3, -2), new NumericCodec(3, 5)],
            codec => Assert.Equal(RejectCode.Numeric, Encoded.Of(codec, field).Code));

    [Fact]
    public void As_many_digits_as_PostgreSQL_can_keep_fit_and_one_more_does_not()
    {
        var (nines, zeros) = (new string('9', 131_072), new string('0', 16_382));

        Assert.Equal(8 + (2 * 32_768), Encoded.Of(Any, nines).Bytes.Length);
        Assert.Equal(RejectCode.None, Encoded.Of(Any, new string('0', 50_000) + nines).Code);
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Any, "1" + nines).Code);
        Assert.Equal("0001F000" + "00003FFF" + "000A", Convert.ToHexString(Encoded.Of(Any, $"0.{zeros}1").Bytes));
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Any, $"0.{zeros}01").Code);
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Any, $"0.{zeros}00").Code);
        Assert.Equal(RejectCode.None, Encoded.Of(new NumericCodec(10, 2), $"1.5{zeros}{zeros}").Code);
        Assert.Equal(RejectCode.None, Encoded.Of(Any, $"{nines}.{new string('9', 16_383)}").Code);
    }

    [Fact]
    public void A_mebibyte_of_digits_is_read_without_harm()
    {
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Any, new string('9', 1 << 20)).Code);
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Any, "." + new string('9', 1 << 20)).Code);
        Assert.Equal(RejectCode.Numeric, Encoded.Of(new NumericCodec(10, 2), "." + new string('9', 1 << 20)).Code);
        Assert.Equal(RejectCode.Numeric, Encoded.Of(Any, new string('9', 1 << 20) + "x").Code);
    }

    // select atttypmod from pg_attribute, for columns of these types.
    [Theory]
    [InlineData(-1, "a number, such as -1234.5, without exponent")]
    [InlineData(655_366, "a number of at most 8 digits before and 2 after the point, without exponent")]
    [InlineData(327_684, "a number of at most 5 digits before and 0 after the point, without exponent")]
    [InlineData(198_658, "a number of at most 5 digits before the point, the last 2 of them 0")]
    [InlineData(196_617, "a number of at most 5 digits after the point, the first 2 of them 0")]
    [InlineData(65_537_004, "a number of at most 0 digits before and 1000 after the point, without exponent")]
    [InlineData(65_537_052, "a number of at most 2000 digits before the point, the last 1000 of them 0")]
    public void The_modifier_of_the_catalogue_is_taken_apart_and_told(int modifier, string expects) =>
        Assert.Equal(expects, NumericCodec.ForModifier(modifier).Expects);

    [Fact]
    public void Any_decimal_is_read_back_from_its_bytes_with_its_scale() =>
        Gen.Decimal.Sample(value =>
        {
            var encoded = Encoded.Of(Any, value.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(RejectCode.None, encoded.Code);
            Assert.Equal((Unscaled(value), value.Scale), Decode(encoded.Bytes));
        });

    [GeneratedRegex(@"^-?(?=\.?0)0*(\.(?<fraction>0*))?[eE](?<exponent>[-+]?[0-9]{1,5})\z")]
    private static partial Regex ZeroWithExponent();

    // select encode(numeric_send('...'::numeric), 'hex').
    [Theory]
    [InlineData("0E-15", "000000000000000F")]
    [InlineData("0e0", "0000000000000000")]
    [InlineData("-0.00E+5", "0000000000000000")]
    [InlineData("0.000e-2", "0000000000000005")]
    public void A_zero_may_have_an_exponent(string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(Any, field));

    [Theory]
    [InlineData("0E")]
    [InlineData("0E-")]
    [InlineData("E5")]
    [InlineData(".e5")]
    [InlineData("0e5.0")]
    [InlineData("0e123456")]
    [InlineData("0.1e1")]
    [InlineData("0 e1")]
    public void Nothing_else_may(string field) => Assert.Equal(RejectCode.Numeric, Encoded.Of(Any, field).Code);

    [Fact]
    public void A_slow_reader_of_big_numbers_agrees_on_nearly_numbers() =>
        Gen.Select(Columns, NearlyNumbers).Sample((column, field) => AgreesWithSlow(column, Encoding.UTF8.GetBytes(field)), iter: 50_000);

    [Fact]
    public void Arbitrary_bytes_never_throw_and_get_the_slow_readers_answer() =>
        Gen.Select(Columns, Gen.Byte.Array[0, 30]).Sample(AgreesWithSlow);

    private static Gen<(int Precision, int Scale)?> Columns { get; } = Gen.OneOf(
        Gen.Const(((int, int)?)null),
        Gen.Select(Gen.Int[1, 20], Gen.Int[-6, 24], (precision, scale) => ((int, int)?)(precision, scale)));

    private static BigInteger Unscaled(decimal value)
    {
        var bits = decimal.GetBits(value);
        return new BigInteger(new decimal(bits[0], bits[1], bits[2], value < 0, 0));
    }

    private static void AgreesWithSlow((int Precision, int Scale)? column, byte[] field)
    {
        var encoded = Encoded.Of(column is { } at ? new NumericCodec(at.Precision, at.Scale) : Any, field);
        var (code, unscaled, scale) = Slow(column, Encoding.Latin1.GetString(field));
        Assert.Equal(code, encoded.Code);
        if (code == RejectCode.None)
            Assert.Equal((unscaled, scale), Decode(encoded.Bytes));
    }

    /// <returns>The number times ten to the power of the scale that the column keeps.</returns>
    private static (RejectCode Code, BigInteger Unscaled, int Scale) Slow((int Precision, int Scale)? column, string text)
    {
        // A zero keeps as many digits after the point as its exponent leaves; whatever else has an exponent is refused.
        if (ZeroWithExponent().Match(text) is { Success: true } zero)
        {
            var digits = zero.Groups["fraction"].Length - int.Parse(zero.Groups["exponent"].Value, CultureInfo.InvariantCulture);
            return column is null && digits > NumericCodec.MostFractionDigits
                ? (RejectCode.OutOfRange, default, 0)
                : (RejectCode.None, 0, Math.Max(column?.Scale ?? digits, 0));
        }

        var parts = (text.StartsWith('-') ? text[1..] : text).Split('.');
        if (parts.Length > 2 || !parts.All(part => part.All(char.IsAsciiDigit)) || parts.All(part => part.Length == 0))
            return (RejectCode.Numeric, default, 0);

        var fraction = parts.Length == 2 ? parts[1] : "";
        var magnitude = BigInteger.Parse("0" + parts[0] + fraction, CultureInfo.InvariantCulture);
        var unscaled = text.StartsWith('-') ? -magnitude : magnitude;
        if (column is not var (precision, scale))
            return (RejectCode.None, unscaled, fraction.Length);

        // All compared in units that are finer than both the text's and the column's.
        var fine = fraction.Length + 30;
        var value = magnitude * BigInteger.Pow(10, 30);
        if (value >= BigInteger.Pow(10, precision - scale + fine))
            return (RejectCode.OutOfRange, default, 0);
        if (!(value % BigInteger.Pow(10, Math.Max(fine - scale, 0))).IsZero)
            return (RejectCode.Numeric, default, 0);

        var kept = Math.Max(scale, 0);
        return (RejectCode.None, unscaled * BigInteger.Pow(10, 30 + kept) / BigInteger.Pow(10, fine), kept);
    }

    /// <summary>As numeric_recv reads it; fails when a zero stands at either end of the digits.</summary>
    private static (BigInteger Unscaled, int Scale) Decode(byte[] bytes)
    {
        var words = bytes.Chunk(2).Select(word => (int)BinaryPrimitives.ReadInt16BigEndian(word)).ToArray();
        var (count, weight, sign, scale, digits) = (words[0], words[1], words[2], words[3], words[4..]);
        Assert.Equal(count, digits.Length);
        Assert.All(digits, digit => Assert.InRange(digit, 0, 9_999));
        Assert.True(count == 0 ? (weight, sign) == (0, 0) : digits[0] != 0 && digits[^1] != 0 && sign is 0 or 0x4000);

        var magnitude = digits.Aggregate(BigInteger.Zero, (sum, digit) => (sum * 10_000) + digit);
        var power = (4 * (weight - count + 1)) + scale;
        var unscaled = power >= 0 ? magnitude * BigInteger.Pow(10, power) : BigInteger.Divide(magnitude, BigInteger.Pow(10, -power));
        return (sign == 0 ? unscaled : -unscaled, scale);
    }
}
