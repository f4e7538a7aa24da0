using System.Text.RegularExpressions;
using Xunit;

namespace EtlWorker.Tests.Architecture;

public sealed partial class PromiseTableTests
{
    [Fact]
    public void Every_test_that_the_contracts_name_exists()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "contracts.md")).Where(line => Promise().IsMatch(line)).ToList();

        Assert.Equal(15, rows.Count);
        Assert.All(rows.SelectMany(row => Named().Matches(row.Split('|')[2])), named =>
        {
            var (type, test) = (named.Groups["type"].Value, named.Groups["test"].Value);
            Assert.True(sources.Contains(type), $"no test class {type}");
            // A scenario's tests stand in its base class.
            Assert.True(
                sources[type].Any(source => source.Contains($" {test}(", StringComparison.Ordinal)) || test.Length == 0,
                $"no test {named.Value}");
        });
    }

    [GeneratedRegex(@"^\| \d+ ")]
    private static partial Regex Promise();

    [GeneratedRegex(@"`(?<type>\w+)(\.(?<test>\w+))?`")]
    private static partial Regex Named();
}
