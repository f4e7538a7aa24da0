using System.Text;
using CsCheck;
using EtlWorker.Domain.Text;
using Xunit;

namespace EtlWorker.Domain.Tests.Text;

public sealed class StrictUtf8Tests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("73656C656374", "select")]
    [InlineData("C3BC E282AC F09F9880", "ü€😀")]
    [InlineData("EFBBBF 31", "1")]
    [InlineData("EFBBBF EFBBBF 31", "1")]
    public void Utf_8_is_read_without_its_byte_order_marks(string hex, string text) => Assert.Equal(text, StrictUtf8.Decode(Bytes(hex)));

    [Theory]
    [InlineData("61 FC 62", "line 1, byte 2 of the file (0xFC) is not UTF-8: save the file as UTF-8")]
    [InlineData("61 0A 0A 62 C3", "line 3, byte 5 of the file (0xC3) is not UTF-8: save the file as UTF-8")]
    [InlineData("EDA080", "line 1, byte 1 of the file (0xED) is not UTF-8: save the file as UTF-8")]
    [InlineData("C080", "line 1, byte 1 of the file (0xC0) is not UTF-8: save the file as UTF-8")]
    [InlineData("61 00 62", "line 1, byte 2 of the file (0x00) is NUL: save the file as UTF-8")]
    [InlineData("FFFE 6100", "is UTF-16: save the file as UTF-8")]
    [InlineData("FEFF 0061", "is UTF-16: save the file as UTF-8")]
    public void What_is_not_utf_8_is_named_by_its_byte(string hex, string fault) =>
        Assert.Equal(fault, Assert.Throws<FormatException>(() => StrictUtf8.Decode(Bytes(hex))).Message);

    [Fact]
    public void It_takes_what_a_strict_decoder_takes() => Gen.Byte.Array[0, 12].Sample(bytes =>
    {
        string? expected = null;
        try
        {
            expected = bytes.Contains((byte)0) ? null : new UTF8Encoding(false, throwOnInvalidBytes: true)
                .GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
        }

        string? decoded = null;
        try
        {
            decoded = StrictUtf8.Decode(bytes);
        }
        catch (FormatException)
        {
        }

        return decoded == expected;
    });

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
