using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class JsonCodecTests
{
    private static readonly JsonCodec Json = new();
    private static readonly JsonbCodec Jsonb = new();

    /// <summary>Pieces of JSON in any order: now and then a document, mostly nearly one.</summary>
    private static readonly Gen<string> NearlyJson = Gen.OneOf(
        "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\\", "0", "-1.5e+3", "1e200000",
        "01", "true", "null", " ", "\n", "é", "\0", "//", "{\"a\":1}", "[1,2]").Array[0, 8].Select(string.Concat);

    // Each was taken by PostgreSQL as json and as jsonb.
    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-1.50e+03")]
    [InlineData("\"\"")]
    [InlineData("\"text\"")]
    [InlineData(" \t\r\n{ \"a\" : [ 1 , 2.50 , \"é日\U0001F600\" ] } \n")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"")]
    [InlineData("\"\\\\u0000 \\\\ud800\"")]
    [InlineData("\"\u007F\"")]
    public void A_document_is_kept_byte_for_byte(string field)
    {
        var bytes = Encoding.UTF8.GetBytes(field);

        Assert.Equal(new Encoded(RejectCode.None, bytes), Encoded.Of(Json, field));
        Assert.Equal(new Encoded(RejectCode.None, [1, .. bytes]), Encoded.Of(Jsonb, field));
    }

    // Each was refused by PostgreSQL as json and as jsonb.
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("[1,2")]
    [InlineData("{} {}")]
    [InlineData("1 2")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\"}")]
    [InlineData("{1:2}")]
    [InlineData("[1}")]
    [InlineData("text")]
    [InlineData("True")]
    [InlineData("nul")]
    [InlineData("NaN")]
    [InlineData("[NaN]")]
    [InlineData("Infinity")]
    [InlineData("undefined")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("0x1F")]
    [InlineData("1_000")]
    [InlineData("-")]
    [InlineData("\"")]
    [InlineData("\"a")]
    [InlineData("\"\\\"")]
    [InlineData("\"\\x41\"")]
    [InlineData("\"\\u00\"")]
    [InlineData("\"\\u00g0\"")]
    [InlineData("\"\\U0041\"")]
    [InlineData("\"a\nb\"")]
    [InlineData("\"a\tb\"")]
    [InlineData("\"\u0001\"")]
    [InlineData("[1] // why")]
    [InlineData("/* why */ 1")]
    [InlineData("\uFEFF{}")]
    [InlineData("\u00A0{}")]
    [InlineData("\uFF11")]
    public void What_is_no_JSON_is_refused(string field)
    {
        Assert.Equal(RejectCode.Json, Encoded.Of(Json, field).Code);
        Assert.Equal(RejectCode.Json, Encoded.Of(Jsonb, field).Code);
    }

    // json keeps the text as it is; jsonb must make text of a string.
    [Theory]
    [InlineData("\"\\u0000\"")]
    [InlineData("{\"\\u0000\":1}")]
    [InlineData("\"a\\\\\\u0000\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\uD800x\"")]
    [InlineData("\"\\ud83d\\n\\ude00\"")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"")]
    [InlineData("\"\\ud83d\\u0041\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\ude00\\ud83d\"")]
    [InlineData("[[{\"a\":\"\\udfff\"}]]")]
    public void What_PostgreSQL_cannot_make_text_of_is_refused_by_jsonb_alone(string field)
    {
        Assert.Equal(RejectCode.None, Encoded.Of(Json, field).Code);
        Assert.Equal(RejectCode.Json, Encoded.Of(Jsonb, field).Code);
    }

    [Theory]
    [InlineData("1e131072")]
    [InlineData("-1e131072")]
    [InlineData("0.1e131073")]
    [InlineData("10e131071")]
    [InlineData("1e-16384")]
    [InlineData("0.1e-16383")]
    [InlineData("0e-16384")]
    [InlineData("0e9999999999")]
    [InlineData("1e99999999999999999999")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("[1, {\"a\": 1e131072}]")]
    public void A_number_beyond_numeric_is_out_of_range_for_jsonb_alone(string field)
    {
        Assert.Equal(RejectCode.None, Encoded.Of(Json, field).Code);
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Jsonb, field).Code);
    }

    [Theory]
    [InlineData("1e131071")]
    [InlineData("0.1e131072")]
    [InlineData("1E+0000131071")]
    [InlineData("1e-16383")]
    [InlineData("10.0e-16382")]
    [InlineData("0e131072")]
    [InlineData("0e-16383")]
    [InlineData("1e-0")]
    public void A_number_that_numeric_can_just_hold_is_taken(string field) => Assert.Equal(RejectCode.None, Encoded.Of(Jsonb, field).Code);

    [Theory]
    [InlineData("220022", RejectCode.NulByte)]
    [InlineData("7B7D00", RejectCode.NulByte)]
    [InlineData("22E922", RejectCode.Encoding)]
    [InlineData("22C0AF22", RejectCode.Encoding)]
    [InlineData("22EDA08022", RejectCode.Encoding)]
    [InlineData("FF", RejectCode.Encoding)]
    public void Bytes_that_are_no_text_are_told_before_the_document(string hex, RejectCode code)
    {
        Assert.Equal(code, Encoded.Of(Json, Convert.FromHexString(hex)).Code);
        Assert.Equal(code, Encoded.Of(Jsonb, Convert.FromHexString(hex)).Code);
    }

    [Theory]
    [InlineData(1000, RejectCode.None)]
    [InlineData(1001, RejectCode.Json)]
    [InlineData(500_000, RejectCode.Json)]
    public void A_thousand_levels_are_deep_enough(int levels, RejectCode code)
    {
        var field = new string('[', levels) + new string(']', levels);

        Assert.Equal(code, Encoded.Of(Json, field).Code);
        Assert.Equal(code, Encoded.Of(Jsonb, field).Code);
    }

    [Fact]
    public void A_mebibyte_of_digits_or_escapes_is_read_without_harm()
    {
        Assert.Equal(RejectCode.None, Encoded.Of(Json, new string('9', 1 << 20)).Code);
        Assert.Equal(RejectCode.OutOfRange, Encoded.Of(Jsonb, new string('9', 1 << 20)).Code);
        Assert.Equal(RejectCode.None, Encoded.Of(Jsonb, $"\"{string.Concat(Enumerable.Repeat("\\u00e9", 100_000))}\"").Code);
    }

    [Fact]
    public void The_limits_are_told()
    {
        Assert.Equal("JSON (RFC 8259), at most 1000 levels deep", Json.Expects);
        Assert.Equal(
            "JSON (RFC 8259), at most 1000 levels deep, without \\u0000, lone surrogates or numbers beyond numeric", Jsonb.Expects);
    }

    [Fact]
    public void A_good_document_is_checked_without_allocating()
    {
        byte[] document = [.. "{\"name\":\"caf\\u00e9 \\ud83d\\ude00\",\"sizes\":[1,2.5,1e10],\"isNew\":true}"u8], room = new byte[100];
        Jsonb.Encode(document, room, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var time = 0; time < 100; time++)
            Jsonb.Encode(document, room, out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Any_text_as_the_base_library_writes_it_is_read_back() =>
        Gen.String.Array[0, 5].Sample(values =>
        {
            var field = JsonSerializer.Serialize(values);
            var expected = values.Any(value => value.Contains('\0', StringComparison.Ordinal)) ? RejectCode.Json : RejectCode.None;
            Assert.Equal(expected, Encoded.Of(Jsonb, field).Code);
            Assert.Equal(RejectCode.None, Encoded.Of(Json, field).Code);
        });

    [Fact]
    public void The_base_librarys_document_agrees_on_nearly_JSON() => NearlyJson.Sample(AgreesWithTheBaseLibrary, iter: 50_000);

    [Fact]
    public void Arbitrary_bytes_never_throw() => Gen.Byte.Array[0, 30].Sample(field =>
    {
        Encoded.Of(Json, field);
        Encoded.Of(Jsonb, field);
    });

    private static void AgreesWithTheBaseLibrary(string field)
    {
        var json = Encoded.Of(Json, field).Code;
        if (field.Contains('\0', StringComparison.Ordinal))
        {
            Assert.Equal(RejectCode.NulByte, json);
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(field);
            Assert.Equal(RejectCode.None, json);
            Assert.Equal(IsJsonb(document.RootElement), Encoded.Of(Jsonb, field).Code == RejectCode.None);
        }
        catch (JsonException)
        {
            Assert.Equal(RejectCode.Json, json);
            Assert.NotEqual(RejectCode.None, Encoded.Of(Jsonb, field).Code);
        }
    }

    private static bool IsJsonb(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().All(IsJsonb),
        JsonValueKind.Object => element.EnumerateObject().All(property => IsText(() => property.Name) && IsJsonb(property.Value)),
        JsonValueKind.String => IsText(() => element.GetString()!),
        JsonValueKind.Number => element.GetRawText().Split('e')[1..].All(IsPower),
        _ => true,
    };

    private static bool IsPower(string digits) => long.Parse(digits, CultureInfo.InvariantCulture) < 131_000;

    private static bool IsText(Func<string> text)
    {
        try
        {
            return !text().Contains('\0', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
