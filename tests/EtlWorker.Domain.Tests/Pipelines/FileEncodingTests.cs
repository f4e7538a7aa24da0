using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class FileEncodingTests
{
    /// <summary>Of an encoding with several names the program knows one, by which it decides how bytes are read.</summary>
    [Theory]
    [InlineData("UTF-8", "utf-8")]
    [InlineData("unicode-1-1-utf-8", "utf-8")]
    [InlineData("utf-16le", "utf-16")]
    [InlineData("unicode", "utf-16")]
    [InlineData("UTF-16BE", "utf-16be")]
    [InlineData("unicodeFFFE", "utf-16be")]
    [InlineData("latin1", "iso-8859-1")]
    [InlineData("l1", "iso-8859-1")]
    [InlineData("cp1252", "windows-1252")]
    [InlineData("CP1250", "windows-1250")]
    [InlineData("x-ansi", "windows-1252")]
    [InlineData("Shift_JIS", "shift_jis")]
    [InlineData("sjis", "shift_jis")]
    [InlineData("IBM850", "ibm850")]
    [InlineData("IBM866", "cp866")]
    public void A_name_finds_its_encoding(string name, string known) => Assert.Equal(known, FileEncoding.Find(name)?.Name);

    [Theory]
    [InlineData("utf-7")]
    [InlineData("utf-32")]
    [InlineData("ebcdic")]
    [InlineData("")]
    [InlineData("cp125")]
    public void What_is_none_is_not_found(string name) => Assert.Null(FileEncoding.Find(name));

    [Fact]
    public void The_names_worth_telling_are_all_found() =>
        Assert.All(FileEncoding.UsualNames, name => Assert.Equal(name, FileEncoding.Find(name)?.Name));
}
