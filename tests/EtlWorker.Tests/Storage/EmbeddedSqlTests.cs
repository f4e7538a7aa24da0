using System.Text.RegularExpressions;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.Tests.Storage;

public sealed partial class EmbeddedSqlTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src", "EtlWorker");

    private static readonly string[] Files =
        [.. Directory.EnumerateFiles(Source, "*.sql", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Source, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_statement_is_embedded_as_it_stands() => Assert.All(Files, file =>
        Assert.Equal(File.ReadAllText(Path.Combine(Source, file)), EmbeddedSql.Get(file[..^4])));

    [Fact]
    public void Every_statement_says_first_what_it_is_for() => Assert.All(Files.Where(file => file != "Storage/Migrations/migrate.sql"), file =>
        Assert.StartsWith("-- ", EmbeddedSql.Get(file[..^4]), StringComparison.Ordinal));

    [Fact]
    public void Every_statement_that_the_program_asks_for_is_there_and_every_one_there_is_asked_for()
    {
        var asked = Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => PathInQuotes().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["path"].Value + ".sql")
            .ToHashSet();

        Assert.NotEmpty(asked);
        Assert.Equal(Files, asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_statement_that_is_not_there_is_named() =>
        Assert.Equal("No embedded statement Ledger/none.sql.", Assert.Throws<InvalidOperationException>(() => EmbeddedSql.Get("Ledger/none")).Message);

    // "Folder/file_name": nothing else in the sources looks like that.
    [GeneratedRegex("\"(?<path>[A-Z][A-Za-z]+(/[A-Z][A-Za-z]+)*/[a-z_]+)\"")]
    private static partial Regex PathInQuotes();
}
