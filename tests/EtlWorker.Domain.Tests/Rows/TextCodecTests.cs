using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class TextCodecTests
{
    private static readonly TextCodec Text = new(null);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("plain")]
    [InlineData("NULL")]
    [InlineData("\u0001\t\r\n\u007F")]
    [InlineData("é ß \u0663 日本")]
    [InlineData("\uFEFFbom")]
    [InlineData("\uFFFD\uFFFE\uFFFF")]
    [InlineData("\uD7FF\uE000")]
    [InlineData("\U0001F600\U00010000\U0010FFFF")]
    public void Valid_UTF8_is_kept_byte_for_byte(string field) =>
        Assert.Equal(new Encoded(RejectCode.None, Encoding.UTF8.GetBytes(field)), Encoded.Of(Text, field));

    [Theory]
    [InlineData("00")]
    [InlineData("6100")]
    [InlineData("0061")]
    [InlineData("610062")]
    [InlineData("FF00")]
    public void A_NUL_byte_is_refused_wherever_it_stands(string hex) =>
        Assert.Equal(RejectCode.NulByte, Encoded.Of(Text, Convert.FromHexString(hex)).Code);

    [Theory]
    [InlineData("80")]           // a continuation alone
    [InlineData("BF61")]
    [InlineData("C0AF")]         // overlong '/'
    [InlineData("C080")]         // overlong NUL, "modified UTF-8"
    [InlineData("C1BF")]
    [InlineData("E080AF")]
    [InlineData("E09FBF")]
    [InlineData("F08080AF")]
    [InlineData("F08FBFBF")]
    [InlineData("EDA080")]       // lone surrogates
    [InlineData("EDBFBF")]
    [InlineData("EDA081EDB080")] // a surrogate pair, as CESU-8 writes it
    [InlineData("C3")]           // truncated
    [InlineData("E282")]
    [InlineData("F09F98")]
    [InlineData("61E2")]
    [InlineData("C328")]         // broken off by another letter
    [InlineData("E28261")]
    [InlineData("F4908080")]     // beyond U+10FFFF
    [InlineData("F5808080")]
    [InlineData("F888808080")]
    [InlineData("FE")]
    [InlineData("FF")]
    [InlineData("E9")]           // Latin-1 é
    public void What_is_no_UTF8_is_refused(string hex) =>
        Assert.Equal(RejectCode.Encoding, Encoded.Of(Text, Convert.FromHexString(hex)).Code);

    [Theory]
    [InlineData(0, "")]
    [InlineData(3, "abc")]
    [InlineData(3, "ééé")]
    [InlineData(3, "日本語")]
    [InlineData(3, "\U0001F600\U0001F601\U0001F602")]
    [InlineData(2, "e\u0301")]
    [InlineData(10, "abc")]
    public void As_many_code_points_as_the_column_has_room_for_fit(int most, string field) =>
        Assert.Equal(RejectCode.None, Encoded.Of(new TextCodec(most), field).Code);

    [Theory]
    [InlineData(0, "a")]
    [InlineData(3, "abcd")]
    [InlineData(3, "abc ")]
    [InlineData(3, "éééé")]
    [InlineData(3, "日本語.")]
    [InlineData(3, "\U0001F600\U0001F601\U0001F602\U0001F603")]
    [InlineData(1, "e\u0301")]
    public void One_code_point_more_is_too_long(int most, string field) =>
        Assert.Equal(RejectCode.TooLong, Encoded.Of(new TextCodec(most), field).Code);

    [Fact]
    public void A_long_field_with_bad_bytes_is_told_of_its_bytes()
    {
        Assert.Equal(RejectCode.Encoding, Encoded.Of(new TextCodec(1), [0x61, 0x61, 0xFF]).Code);
        Assert.Equal(RejectCode.NulByte, Encoded.Of(new TextCodec(1), [0x61, 0x61, 0x00]).Code);
    }

    [Fact]
    public void The_length_is_told()
    {
        Assert.Equal("text of at most 20 characters", new TextCodec(20).Expects);
        Assert.Equal("text in UTF-8 without NUL", Text.Expects);
    }

    [Fact]
    public void Arbitrary_bytes_get_the_answer_of_a_strict_decoder() =>
        Gen.Select(Bytes, Gen.Int[0, 12].Nullable()).Sample((field, most) =>
            Assert.Equal(Slow(field, most), Encoded.Of(new TextCodec(most), field)), iter: 20_000);

    /// <summary>Random bytes are hardly ever UTF-8, so most are pieces of it, now and then cut.</summary>
    private static Gen<byte[]> Bytes { get; } = Gen.OneOf(
        Gen.Byte.Array[0, 20],
        Gen.Select(
            Gen.OneOf("a", "é", "日", "\U0001F600", "\U0010FFFF", "\uD7FF", "\uE000", "\0", " ").Array[0, 12],
            Gen.OneOf(0, 0, 0, 1, 2, 3),
            (pieces, cut) => Encoding.UTF8.GetBytes(string.Concat(pieces)).SkipLast(cut).ToArray()));

    private static Encoded Slow(byte[] field, int? most)
    {
        if (field.Contains((byte)0))
            return new Encoded(RejectCode.NulByte, []);

        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(field);
            return text.EnumerateRunes().Count() > most ? new Encoded(RejectCode.TooLong, []) : new Encoded(RejectCode.None, field);
        }
        catch (DecoderFallbackException)
        {
            return new Encoded(RejectCode.Encoding, []);
        }
    }
}
