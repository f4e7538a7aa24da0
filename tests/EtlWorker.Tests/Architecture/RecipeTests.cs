using System.Text.RegularExpressions;
using Xunit;

namespace EtlWorker.Tests.Architecture;

/// <summary>docs/extending.md names files: those that are there, but for the ones that a recipe adds (NAME, TYPE, VERB).</summary>
public sealed partial class RecipeTests
{
    private static readonly string[] Folders = ["deploy", "docs", "pipelines", "src", "tests"];

    private static readonly ILookup<string, string> Files = Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
        .Concat(Directory.EnumerateFiles(Repository.Root))
        .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
        .ToLookup(file => Path.GetFileName(file));

    [Fact]
    public void Every_file_that_a_recipe_names_is_there()
    {
        var named = Named().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "extending.md")))
            .Select(match => match.Groups["path"].Value).Where(path => !Added().IsMatch(path)).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(IsThere(path), $"docs/extending.md names {path}, which is not there"));
    }

    /// <summary>A name alone is that of a file beside the one before, or of a test's class.</summary>
    private static bool IsThere(string path) => path switch
    {
        _ when !path.Contains('.', StringComparison.Ordinal) => Files.Contains($"{path}.cs"),
        _ when !path.Contains('/', StringComparison.Ordinal) => Files.Contains(path),
        _ when Folders.Contains(path[..path.IndexOf('/', StringComparison.Ordinal)]) => File.Exists(Path.Combine(Repository.Root, path)),
        _ => File.Exists(Path.Combine(Repository.Root, "src", "EtlWorker", path)),
    };

    [GeneratedRegex(@"`(?<path>[\w./-]+\.(cs|sql|md|json|svg|txt|tf|env|service)|\w+Tests)`")]
    private static partial Regex Named();

    [GeneratedRegex("NAME|TYPE|VERB")]
    private static partial Regex Added();
}
