using System.Text;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class UuidCodecTests
{
    private const string Good = "01234567-89ab-cdef-0123-456789abcdef";

    private static readonly UuidCodec Uuid = new();

    // The bytes are PostgreSQL's: select encode(uuid_send('...'::uuid), 'hex').
    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "00000000000000000000000000000000")]
    [InlineData(Good, "0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("01234567-89AB-CDEF-0123-456789ABCDEF", "0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("FFFFFFFF-ffff-FFFF-ffff-FFFFffffFFFF", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("0123456789abcdef0123456789ABCDEF", "0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("{01234567-89ab-cdef-0123-456789abcdef}", "0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("{0123456789abcdef0123456789abcdef}", "0123456789ABCDEF0123456789ABCDEF")]
    public void A_uuid_becomes_its_sixteen_bytes(string field, string hex) =>
        Assert.Equal(new Encoded(RejectCode.None, Convert.FromHexString(hex)), Encoded.Of(Uuid, field));

    [Theory]
    [InlineData("")]
    [InlineData("{01234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef}")]
    [InlineData("{{01234567-89ab-cdef-0123-456789abcdef}}")]
    [InlineData("{}")]
    [InlineData("(01234567-89ab-cdef-0123-456789abcdef)")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData("0123456789abcdef-0123456789abcdef")]
    [InlineData("0123-4567-89ab-cdef-0123-4567-89ab-cdef")]
    [InlineData("01234567-89ab-cdef-0123456789abcdef-")]
    [InlineData("012345678-9ab-cdef-0123-456789abcdef")]
    [InlineData("01234567-89ab-cdef-0123-456789abcde")]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef0")]
    [InlineData("01234567-89ab-cdef-0123-456789abcdeg")]
    [InlineData("01234567_89ab_cdef_0123_456789abcdef")]
    [InlineData("-1234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("+1234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("0x234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("01234567-89ab-cdef-0123-456789abcde ")]
    [InlineData(" 1234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("01234567-89ab-cdef-0123-456789abcde\0")]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef ")]
    [InlineData("urn:uuid:01234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("01234567-89ab-cdef-0123-456789abc\uFF11")]
    [InlineData("01234567\u201089ab\u2010cdef\u20100123\u2010456789abcdef")]
    [InlineData("nil")]
    public void Any_other_form_is_refused(string field) => Assert.Equal(RejectCode.Uuid, Encoded.Of(Uuid, field).Code);

    [Fact]
    public void The_form_is_told() => Assert.Equal($"a UUID as {Good}", Uuid.Expects);

    [Fact]
    public void Any_uuid_is_read_back_from_its_bytes() =>
        Gen.Guid.Sample(value => new Guid(Encoded.Of(Uuid, value.ToString("D")).Bytes, bigEndian: true) == value);

    [Fact]
    public void A_byte_changed_is_taken_only_when_it_is_a_digit_or_the_dash_that_stood_there()
    {
        for (var at = 0; at < Good.Length; at++)
            for (var changed = 0; changed < 256; changed++)
            {
                var field = Encoding.ASCII.GetBytes(Good);
                field[at] = (byte)changed;
                var isGood = Good[at] == '-' ? changed == '-' : char.IsAsciiHexDigit((char)changed);
                if (isGood != (Encoded.Of(Uuid, field).Code == RejectCode.None))
                    Assert.Fail($"byte {changed} at {at}");
            }
    }

    [Fact]
    public void Arbitrary_bytes_never_throw() => Gen.Byte.Array[0, 40].Sample(field => Encoded.Of(Uuid, field).Code == RejectCode.Uuid);
}
