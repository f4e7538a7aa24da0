using Xunit;

namespace EtlWorker.Tests.Architecture;

/// <summary>No line that a person writes is longer than 140 characters.</summary>
public sealed class LineLengthTests
{
    private const int Most = 140;

    private static readonly string[] Folders = ["ci", "deploy", "docs", "pipelines", "src", "tests", "tools"];

    private static readonly string[] Endings =
        [".cs", ".sql", ".md", ".sh", ".tf", ".hcl", ".yaml", ".json", ".csproj", ".props", ".py", ".mjs", ".service", ".env"];

    /// <summary>
    /// What a program writes: EF Core's migrations, lock files and the schema of definitions. Whole files as data have their own lines.
    /// </summary>
    private static readonly string[] Written =
        ["/Migrations/", "/migrate.sql", "/packages.lock.json", "/.terraform", "/file-cases.json", "/pipeline.schema.json"];

    [Fact]
    public void No_line_is_longer_than_a_reader_sees_at_once()
    {
        var files = Folders.Select(folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root))
            .Where(file => Endings.Contains(Path.GetExtension(file)))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !Written.Any(part => $"/{file}".Contains(part, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(LongLinesOf));
    }

    /// <summary>In Markdown a row of a table is one line, and a fenced block shows what was typed and printed.</summary>
    private static IEnumerable<string> LongLinesOf(string file)
    {
        var (line, isFenced, isMarkdown) = (0, false, file.EndsWith(".md", StringComparison.Ordinal));
        foreach (var text in File.ReadLines(Path.Combine(Repository.Root, file)))
        {
            line++;
            var isFence = isMarkdown && text.TrimStart().StartsWith("```", StringComparison.Ordinal);
            isFenced ^= isFence;
            if (text.Length > Most && !isFenced && !(isMarkdown && text.StartsWith('|')))
                yield return $"{file}, line {line}: {text.Length} characters";
        }
    }
}
