using System.Text.RegularExpressions;
using Xunit;

namespace EtlWorker.Tests.Architecture;

/// <summary>No paragraph and no item of a list in a page is longer than 80 words.</summary>
public sealed partial class ParagraphLengthTests
{
    private const int Most = 80;

    private static readonly string[] Folders = ["deploy", "docs"];

    [Fact]
    public void No_paragraph_is_longer_than_a_reader_takes_in_at_once()
    {
        var pages = Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Folders.SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Where(page => !page.Contains("/.terraform", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(pages);
        Assert.Empty(pages.SelectMany(page => ParagraphsOf(File.ReadAllLines(page))
            .Where(paragraph => paragraph.Words > Most)
            .Select(paragraph => $"{Path.GetRelativePath(Repository.Root, page)}, line {paragraph.Line}: {paragraph.Words} words")));
    }

    [Fact]
    public void Paragraphs_items_tables_and_code_are_distinguished() => Assert.Equal(
        [(1, 3), (3, 3), (4, 3), (11, 1)],
        ParagraphsOf([
            "one two", "three", "- an item", "* another one", "", "| a | table |", "```", "code of many words", "```", "# A heading",
            "end"]));

    private static List<(int Line, int Words)> ParagraphsOf(IReadOnlyList<string> lines)
    {
        var paragraphs = new List<(int Line, int Words)>();
        var (isFenced, isOpen) = (false, false);
        foreach (var (index, line) in lines.Index())
        {
            var text = line.Trim();
            var isFence = text.StartsWith("```", StringComparison.Ordinal);
            isFenced ^= isFence;
            if (isFenced || isFence || text is [] or ['|' or '#' or '<', ..])
            {
                isOpen = false;
                continue;
            }

            if (!isOpen || Item().IsMatch(text))
            {
                paragraphs.Add((index + 1, 0));
            }

            isOpen = true;
            paragraphs[^1] = (paragraphs[^1].Line, paragraphs[^1].Words + text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        }

        return paragraphs;
    }

    [GeneratedRegex(@"\A(\d+\.|[-*]) ")]
    private static partial Regex Item();
}
