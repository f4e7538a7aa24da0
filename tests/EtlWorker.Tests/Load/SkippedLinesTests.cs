using System.Text;
using CsCheck;
using EtlWorker.Domain.Runs;
using EtlWorker.Load;
using Xunit;

namespace EtlWorker.Tests.Load;

public sealed class SkippedLinesTests
{
    [Theory]
    [InlineData("a\nb\nc\nd\n", 1, 1, "b\nc\n")]
    [InlineData("a\nb\nc\nd", 1, 1, "b\nc\n")]
    [InlineData("a\r\nb\r\nc\r\nd\r\n", 2, 1, "c\r\n")]
    [InlineData("a\rb\rc\rd\r", 2, 1, "c\r")]
    [InlineData("\n\na\nb\n", 2, 0, "a\nb\n")]
    [InlineData("a\nb\n\n \n\t\n", 0, 1, "a\n")]
    [InlineData("a\n\nb\nc\n", 0, 2, "a\n\n")]
    [InlineData("a\nb\n\nc\n,,\n", 0, 3, "a\n")]
    [InlineData("a\r\nb\r\n\r\nc\r\n", 0, 3, "a\r\n")]
    [InlineData("a\nb\n", 5, 0, "")]
    [InlineData("a\nb\n", 0, 5, "")]
    [InlineData("a\nb\n", 2, 0, "")]
    [InlineData("", 1, 1, "")]
    public async Task Lines_at_both_ends_are_left_out(string text, int first, int last, string rest)
    {
        foreach (var readSize in new[] { 1, 2, 3, 1000 })
        {
            Assert.Equal(rest, await ReadAsync(text, first, last, readSize));
        }
    }

    [Fact]
    public void Whatever_the_lines_and_the_pieces_the_same_are_left() => Gen.Select(
        Gen.OneOf(Gen.Const("a"), Gen.Const(""), Gen.Const(" "), Gen.Const("bb"), Gen.Const("\t c"), Gen.Const(",,")).Array[0, 12],
        Gen.OneOf(Gen.Const("\n"), Gen.Const("\r\n"), Gen.Const("\r")), Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[1, 7]).Sample(
        (lines, end, first, last, readSize) =>
        {
            var text = string.Concat(lines.Select(line => line + end));
            var left = lines.Skip(first).ToList();
            var counted = last == 0 ? left.Count : left.FindLastIndex(line => line.Trim(' ', '\t', ',').Length > 0) + 1;
            left = [.. left.Take(Math.Max(counted - last, 0))];

            Assert.Equal(
                string.Concat(left.Select(line => line + end)), ReadAsync(text, first, last, readSize).GetAwaiter().GetResult());
        });

    [Fact]
    public async Task A_large_file_goes_through_in_bounded_memory()
    {
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(line => $"{line},some text\n"));

        Assert.Equal(text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..(text.TrimEnd('\n').LastIndexOf('\n') + 1)],
            await ReadAsync(text, 1, 1, int.MaxValue));
    }

    [Fact]
    public async Task What_is_kept_back_has_a_limit()
    {
        var text = "a\n" + new string('\n', 3_000_000);

        var fault = await Assert.ThrowsAsync<RunFailedException>(() => ReadAsync(text, 0, 1, int.MaxValue));

        Assert.Contains("skipLastLines", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(string text, int first, int last, int readSize)
    {
        await using var content = new SlowStream(Encoding.UTF8.GetBytes(text), readSize);
        await using var skipped = new SkippedLines(
            content, LoadedCsv.Feed with { SkipLines = first, SkipLastLines = last }, "f.csv");
        using var read = new MemoryStream();
        await skipped.CopyToAsync(read, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(read.ToArray());
    }
}
