using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class BooleanCodecTests
{
    private static readonly BooleanCodec Boolean = new();

    [Theory]
    [InlineData("true", true)]
    [InlineData("t", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("f", false)]
    [InlineData("0", false)]
    public void Each_spelling_is_taken_in_all_cases(string spelling, bool value) =>
        Assert.All(
            AllCasesOf(spelling),
            field => Assert.Equal(new Encoded(RejectCode.None, [value ? (byte)1 : (byte)0]), Encoded.Of(Boolean, field)));

    [Theory]
    [InlineData("")]
    [InlineData("yes")]
    [InlineData("no")]
    [InlineData("y")]
    [InlineData("on")]
    [InlineData("tr")]
    [InlineData("tru")]
    [InlineData("truee")]
    [InlineData("fals")]
    [InlineData("tf")]
    [InlineData("01")]
    [InlineData("10")]
    [InlineData("00")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("2")]
    [InlineData(" true")]
    [InlineData("true ")]
    [InlineData("t\0")]
    [InlineData("\0")]
    [InlineData("\uFF54")]
    [InlineData("\u0661")]
    [InlineData("fal\u017Fe")]
    public void Anything_else_is_refused(string field) => Assert.Equal(RejectCode.Boolean, Encoded.Of(Boolean, field).Code);

    [Fact]
    public void No_byte_but_the_six_stands_alone_for_a_boolean()
    {
        var taken = Enumerable.Range(0, 256).Where(value => Encoded.Of(Boolean, [(byte)value]).Code == RejectCode.None);

        Assert.Equal("01FTft", string.Concat(taken.Select(value => (char)value)));
    }

    [Fact]
    public void Arbitrary_bytes_never_throw_and_are_booleans_only_when_spelt_so() =>
        Gen.OneOf(Gen.Byte.Array[0, 8], Gen.Char["tTrRuUeEfFaAlLsS01"].Array[0, 5].Select(Encoding.ASCII.GetBytes)).Sample(field =>
        {
            var spelling = Encoding.Latin1.GetString(field).ToLowerInvariant();
            Assert.Equal(spelling is "true" or "t" or "1" or "false" or "f" or "0", Encoded.Of(Boolean, field).Code == RejectCode.None);
        });

    private static IEnumerable<string> AllCasesOf(string word) => Enumerable.Range(0, 1 << word.Length).Select(mask =>
        string.Concat(word.Select((letter, index) => (mask >> index & 1) == 0 ? letter : char.ToUpperInvariant(letter))));
}
