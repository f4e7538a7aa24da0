using System.Text;
using CsCheck;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Load;
using Xunit;

namespace EtlWorker.Tests.Load;

public sealed class Utf8ContentTests
{
    private const string Text = "id,name\n1,J\u00FCrgen \u20AC\n2,\uD83D\uDE00 \u65E5\u672C\n";
    private static readonly Encoding Latin1 = Encoding.Latin1;

    public static TheoryData<byte[], FileEncoding> Marked => new()
    {
        { [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Text)], FileEncoding.Utf8 },
        { [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Text)], FileEncoding.Windows1252 },
        { [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)], FileEncoding.Utf8 },
        { [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)], FileEncoding.Latin1 },
        { Encoding.Unicode.GetBytes(Text), FileEncoding.Utf16 },
        { Encoding.UTF8.GetBytes(Text), FileEncoding.Utf8 },
    };

    [Theory]
    [MemberData(nameof(Marked))]
    public async Task A_byte_order_mark_is_believed_and_taken_away(byte[] file, FileEncoding encoding)
    {
        foreach (var size in new[] { 1, 2, 3, 5, 1 << 16 })
        {
            Assert.Equal(Text, Encoding.UTF8.GetString(await ReadAsync(file, encoding, size)));
        }
    }

    [Fact]
    public async Task Windows_1252_has_a_euro_sign_where_Latin_1_has_a_control()
    {
        byte[] file = [0x80, (byte)'a', 0xFC, 0x9F, 0x96];

        Assert.Equal("\u20ACa\u00FC\u0178\u2013", Encoding.UTF8.GetString(await ReadAsync(file, FileEncoding.Windows1252)));
        Assert.Equal("\u0080a\u00FC\u009F\u0096", Encoding.UTF8.GetString(await ReadAsync(file, FileEncoding.Latin1)));
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0x8D)]
    [InlineData(0x8F)]
    [InlineData(0x90)]
    [InlineData(0x9D)]
    public async Task What_Windows_1252_does_not_have_is_no_text(byte gap) =>
        Assert.Equal([(byte)'a', 0xFF, (byte)'b'], await ReadAsync([(byte)'a', gap, (byte)'b'], FileEncoding.Windows1252));

    [Theory]
    [InlineData("3D D8 61 00", "FF 61")]
    [InlineData("00 DE 61 00", "FF 61")]
    [InlineData("61 00 3D D8", "61 FF")]
    [InlineData("61 00 62", "61 FF")]
    [InlineData("3D D8 3D D8 00 DE", "FF F0 9F 98 80")]
    public async Task Half_a_character_of_UTF_16_is_no_text_and_what_follows_is(string file, string expected)
    {
        var bytes = Convert.FromHexString(file.Replace(" ", "", StringComparison.Ordinal));
        foreach (var size in new[] { 1, 2, 3, 1 << 16 })
        {
            Assert.Equal(
                expected,
                Convert.ToHexString(await ReadAsync(bytes, FileEncoding.Utf16, size))
                    .Chunk(2).Select(pair => new string(pair)).Aggregate((a, b) => $"{a} {b}"));
        }
    }

    [Fact]
    public async Task An_empty_file_and_one_that_is_a_mark_alone_are_empty()
    {
        foreach (var file in new byte[][] { [], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF] })
        {
            Assert.Empty(await ReadAsync(file, FileEncoding.Utf8));
        }
    }

    [Fact]
    public void Any_text_comes_through_whatever_the_reads() => Gen.Select(
        Gen.String, Gen.Int[1, 40], Gen.Int[4, 40]).Sample((text, size, room) =>
    {
        text = Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text)).Replace('\uFEFF', '.');
        Assert.Equal(text, Encoding.UTF8.GetString(
            ReadAsync([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)], FileEncoding.Utf8, size, room).GetAwaiter().GetResult()));
    });

    private static Gen<FileEncoding> Encodings =>
        Gen.Int[0, FileEncoding.UsualNames.Count - 1].Select(index => FileEncoding.Find(FileEncoding.UsualNames[index])!);

    [Fact]
    public void Any_bytes_are_some_text_and_end() => Gen.Select(
        Gen.Byte.Array[0, 200], Encodings, Gen.Int[1, 40]).Sample((file, encoding, size) =>
    {
        var read = ReadAsync(file, encoding, size).GetAwaiter().GetResult();
        Assert.True(read.Length <= (3 * file.Length) + 1);
        Assert.True(encoding != FileEncoding.Latin1 || file is [0xEF, 0xBB, 0xBF, ..] or [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]
            || Encoding.UTF8.GetString(read) == Latin1.GetString(file));
    });

    private static async Task<byte[]> ReadAsync(byte[] file, FileEncoding encoding, int readSize = 1 << 16, int room = 1 << 16)
    {
        await using var content = new Utf8Content(new SlowStream(file, readSize), encoding);
        using var whole = new MemoryStream();
        var buffer = new byte[room];
        for (var read = await content.ReadAsync(buffer); read > 0; read = await content.ReadAsync(buffer))
        {
            await whole.WriteAsync(buffer.AsMemory(0, read));
        }

        return whole.ToArray();
    }
}
