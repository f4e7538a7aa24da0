using System.Buffers.Binary;
using System.Globalization;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class MoneyCodecTests
{
    private static readonly MoneyCodec Codec = new();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0.00", 0)]
    [InlineData("7", 700)]
    [InlineData("-7", -700)]
    [InlineData("1200", 120_000)]
    [InlineData("1.5", 150)]
    [InlineData("1.05", 105)]
    [InlineData("-1234.50", -123_450)]
    [InlineData("00012.3400", 1_234)]
    [InlineData(".5", 50)]
    [InlineData("5.", 500)]
    [InlineData("92233720368547758.07", long.MaxValue)]
    [InlineData("-92233720368547758.08", long.MinValue)]
    public void An_amount_becomes_its_hundredths(string field, long hundredths)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, hundredths);

        Assert.Equal(new Encoded(RejectCode.None, bytes), Encoded.Of(Codec, field));
    }

    [Theory]
    [InlineData("1.005", RejectCode.Numeric)]
    [InlineData("12,34", RejectCode.Numeric)]
    [InlineData("1,234.50", RejectCode.Numeric)]
    [InlineData("$5", RejectCode.Numeric)]
    [InlineData("(5)", RejectCode.Numeric)]
    [InlineData("1e3", RejectCode.Numeric)]
    [InlineData("+5", RejectCode.Numeric)]
    [InlineData(" 5", RejectCode.Numeric)]
    [InlineData("", RejectCode.Numeric)]
    [InlineData("92233720368547758.08", RejectCode.OutOfRange)]
    [InlineData("-92233720368547758.09", RejectCode.OutOfRange)]
    [InlineData("100000000000000000", RejectCode.OutOfRange)]
    public void What_is_no_amount_is_refused(string field, RejectCode code) => Assert.Equal(code, Encoded.Of(Codec, field).Code);

    [Fact]
    public void Any_amount_of_hundredths_is_read_as_it_is_written() => CsCheck.Check.Sample(CsCheck.Gen.Long, hundredths =>
    {
        var field = ((decimal)hundredths / 100).ToString("0.00", CultureInfo.InvariantCulture);
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, hundredths);

        return Encoded.Of(Codec, field) == new Encoded(RejectCode.None, bytes);
    });
}
