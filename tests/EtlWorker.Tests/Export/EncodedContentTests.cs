using System.Text;
using CsCheck;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Export;
using Xunit;

namespace EtlWorker.Tests.Export;

public sealed class EncodedContentTests
{
    [Theory]
    [InlineData("utf-8", false, "C3A4", "utf-8")]
    [InlineData("utf-8", true, "EFBBBFC3A4", "utf-8")]
    [InlineData("utf-16", false, "E400", "utf-16le")]
    [InlineData("utf-16", true, "FFFEE400", "utf-16")]
    [InlineData("utf-16be", false, "00E4", "utf-16be")]
    [InlineData("utf-16be", true, "FEFF00E4", "utf-16")]
    [InlineData("windows-1252", false, "E4", "windows-1252")]
    [InlineData("ibm850", false, "84", "ibm850")]
    [InlineData("gb18030", false, "81308A31", "gb18030")]
    public async Task The_mark_the_bytes_and_the_charset_are_those_of_the_encoding(string name, bool bom, string bytes, string charset)
    {
        var export = new ExportDefinition { Key = "a", Encoding = FileEncoding.Find(name)!, Bom = bom };

        Assert.Equal(bytes, Convert.ToHexString(await EncodedAsync(export, "ä")));
        Assert.Equal($"text/csv; charset={charset}", ExportEncoding.ContentTypeOf(export));
    }

    [Theory]
    [InlineData("us-ascii", "ä", "us-ascii")]
    [InlineData("iso-8859-1", "€", "ISO 8859-1")]
    [InlineData("windows-1252", "ł", "windows-1252")]
    [InlineData("windows-1252", "Ａ", "windows-1252")] // .NET has an A that is like it.
    [InlineData("windows-1252", "\u0081", "windows-1252")] // .NET writes the byte 0x81, which is undefined.
    [InlineData("windows-1252", "😀", "windows-1252")]
    [InlineData("shift_jis", "\u00a5", "shift_jis")]
    [InlineData("iso-2022-jp", "ｱ", "iso-2022-jp")] // .NET writes the full-width letter.
    public async Task A_character_that_the_encoding_lacks_ends_it_with_what_to_do(string name, string character, string title)
    {
        var export = new ExportDefinition { Key = "out/a.csv", Encoding = FileEncoding.Find(name)! };

        var fault = await Assert.ThrowsAsync<RunFailedException>(
            () => EncodedAsync(export, $"id\n{new string('x', 40_000)}\n{character}\nb"));

        Assert.Equal(
            $"the export out/a.csv cannot be written in {title}: its line 3 has a character that {title} lacks. "
                + "Give the export \"encoding\": \"utf-8\", with \"bom\": true for spreadsheets, before the retry; "
                + "where only exports were changed it uses the new definition.",
            fault.Fault.Advice);
    }

    [Fact]
    public async Task Bytes_of_a_database_without_an_encoding_are_not_guessed()
    {
        var export = new ExportDefinition { Key = "a", Encoding = FileEncoding.Windows1252 };
        await using var content = new EncodedContent(new MemoryStream([(byte)'a', 0xE4, (byte)'b']), export);

        var fault = await Assert.ThrowsAsync<RunFailedException>(
            () => content.ReadExactlyAsync(new byte[3], TestContext.Current.CancellationToken).AsTask());

        Assert.Contains("no UTF-8", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("gb18030")]
    [InlineData("shift_jis")]
    [InlineData("iso-2022-jp")]
    public async Task In_pieces_of_any_size_every_text_is_read_back(string name)
    {
        var encoding = FileEncoding.Find(name)!;
        string[] letters = ["a", "\n", "あ", "漢", encoding.IsUnicode ? "😀" : "字"];
        await Gen.Select(Gen.Int[0, 4].Array[0, 200], Gen.Int[1, 7]).SampleAsync(async (pieces, size) =>
        {
            var text = string.Concat(pieces.Select(piece => letters[piece]));
            await using var utf8 = new SlowBytes(Encoding.UTF8.GetBytes(text), size);
            var written = await EncodedAsync(new ExportDefinition { Key = "a", Encoding = encoding }, utf8);

            Assert.Equal(text, ExportEncoding.Strict(encoding).GetString(written));
        }, iter: 200);
    }

    private static Task<byte[]> EncodedAsync(ExportDefinition export, string text) =>
        EncodedAsync(export, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async Task<byte[]> EncodedAsync(ExportDefinition export, Stream utf8)
    {
        await using var content = new EncodedContent(utf8, export);
        using var written = new MemoryStream();
        await content.CopyToAsync(written, TestContext.Current.CancellationToken);
        return written.ToArray();
    }

    /// <summary>Gives so many bytes a read, as a connection may.</summary>
    private sealed class SlowBytes(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
