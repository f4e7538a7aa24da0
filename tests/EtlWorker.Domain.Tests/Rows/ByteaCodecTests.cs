using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class ByteaCodecTests
{
    private static readonly ByteaCodec Bytea = new();

    // The bytes are PostgreSQL's: select encode(byteasend('...'::bytea), 'hex').
    [Theory]
    [InlineData(@"\x", "")]
    [InlineData(@"\x00", "00")]
    [InlineData(@"\x01ef", "01EF")]
    [InlineData(@"\xDEADbeef", "DEADBEEF")]
    public void Pairs_of_digits_become_bytes(string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(Bytea, field));

    [Theory]
    [InlineData("")]
    [InlineData(@"\")]
    [InlineData("x")]
    [InlineData("00")]
    [InlineData("x00")]
    [InlineData("0x00")]
    [InlineData(@"\X00")]
    [InlineData(@"\\x00")]
    [InlineData(@"/x00")]
    [InlineData(@" \x00")]
    [InlineData(@"\x00 ")]
    [InlineData(@"\x00 00")]
    [InlineData(@"\x0")]
    [InlineData(@"\x012")]
    [InlineData(@"\x0g")]
    [InlineData(@"\x-1")]
    [InlineData(@"\x\x00")]
    [InlineData("\\x0\0")]
    [InlineData("\\x\uFF10\uFF10")]
    [InlineData(@"\000\377")]
    [InlineData("abc")]
    [InlineData("3q2+7w==")]
    public void Any_other_form_is_refused(string field) => Assert.Equal(RejectCode.Bytea, Encoded.Of(Bytea, field).Code);

    [Fact]
    public void The_form_is_told() => Assert.Equal(@"bytes in hexadecimal digits as \x01ef", Bytea.Expects);

    [Fact]
    public void Any_bytes_are_read_back_in_either_case() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Bool).Sample((bytes, isUpper) =>
        {
            var digits = isUpper ? Convert.ToHexString(bytes) : Convert.ToHexStringLower(bytes);
            Assert.Equal(new Encoded(RejectCode.None, bytes), Encoded.Of(Bytea, @"\x" + digits));
        });

    [Fact]
    public void A_byte_changed_anywhere_among_the_digits_is_taken_only_when_it_is_a_digit() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 199], Gen.Byte).Sample((pairs, at, changed) =>
        {
            var field = Encoding.ASCII.GetBytes(@"\x" + new string('a', pairs * 2));
            field[2 + (at % (pairs * 2))] = changed;
            Assert.Equal(char.IsAsciiHexDigit((char)changed) ? RejectCode.None : RejectCode.Bytea, Encoded.Of(Bytea, field).Code);
        }, iter: 20_000);

    [Fact]
    public void Arbitrary_bytes_never_throw() =>
        Gen.Select(Gen.OneOf("", @"\x"), Gen.Byte.Array[0, 40]).Sample((front, end) =>
        {
            var isGood = front.Length == 2 && end.Length % 2 == 0 && end.All(digit => char.IsAsciiHexDigit((char)digit));
            Assert.Equal(isGood ? RejectCode.None : RejectCode.Bytea, Encoded.Of(Bytea, [.. Encoding.ASCII.GetBytes(front), .. end]).Code);
        });
}
