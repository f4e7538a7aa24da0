using System.Text.RegularExpressions;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.Tests.Storage;

public sealed partial class EmbeddedSqlTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src", "EtlWorker");

    private static readonly string[] Files =
        [
            .. Directory.EnumerateFiles(Source, "*.sql", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Source, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
        ];

    /// <summary>Generated from the migrations, and in their project.</summary>
    private const string Script = "Storage/migrate.sql";

    [Fact]
    public void Every_statement_is_embedded_as_it_stands() => Assert.All(Files, file =>
        Assert.Equal(File.ReadAllText(Path.Combine(Source, file)), EmbeddedSql.Get(file[..^4])));

    [Fact]
    public void Every_statement_says_first_what_it_is_for() => Assert.All(
        Files, file => Assert.StartsWith("-- ", EmbeddedSql.Get(file[..^4]), StringComparison.Ordinal));

    [Fact]
    public void Every_statement_that_the_program_asks_for_is_there_and_every_one_there_is_asked_for()
    {
        var asked = Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => PathInQuotes().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["path"].Value + ".sql")
            .ToHashSet();

        Assert.NotEmpty(asked);
        Assert.Equal(Files.Append(Script).Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_statement_names_the_schema_of_each_function_and_each_table() => Assert.All(
        Files, file =>
        {
            var sql = LiteralsAndComments().Replace(EmbeddedSql.Get(file[..^4]), "");
            var ours = Named().Matches(sql).Select(match => match.Groups["name"].Value).ToHashSet();
            Assert.Empty(Functions().Matches(Named().Replace(sql, "")).Select(match => match.Value));
            Assert.Empty(Tables().Matches(sql).Select(match => match.Groups["name"].Value).Except(ours));
        });

    [Fact]
    public void A_function_or_a_table_without_its_schema_would_be_seen()
    {
        Assert.Matches(Functions(), "select now()");
        Assert.Matches(Functions(), "select a from t where lower (b) = any(c)");
        Assert.DoesNotMatch(
            Functions(), "select pg_catalog.now(), coalesce(a, b) from etl.run where exists (select) and c in (1) and d = any(e)");
        Assert.Matches(Tables(), "select from pg_class");
        Assert.DoesNotMatch(Tables(), "select from pg_catalog.pg_class, etl.run");
    }

    [Fact]
    public void A_statement_that_is_not_there_is_named() =>
        Assert.Equal(
            "No embedded statement Ledger/none.sql.",
            Assert.Throws<InvalidOperationException>(() => EmbeddedSql.Get("Ledger/none")).Message);

    [GeneratedRegex("--[^\n]*|'[^']*'")]
    private static partial Regex LiteralsAndComments();

    // What a statement names itself: x as (...), as x (...), join ... as x.
    [GeneratedRegex(
        @"(\bwith(\s+recursive)?|,)\s+(?<name>[a-z_]+) as (?=\()|\bas\s+(?<name>[a-z_]+)\s*(?=\()"
        + @"|\bas\s+(?<name>[a-z_]+)\b|(?<=etl\.)(?<name>[a-z_]+)")]
    private static partial Regex Named();

    // All but what only the grammar knows.
    [GeneratedRegex(
        @"(?<![\w.@])(?!(as|and|or|not|in|any|exists|coalesce|greatest|least|nullif|filter|join|all|case|when|then|else|values|where|from"
        + @"|array|select|on|over|by|rows|operator|lateral|ordinality|extract|conflict|update|insert)\b)[a-z_]\w*\s*\(")]
    private static partial Regex Functions();

    [GeneratedRegex(@"\b(from|join|into|update)\s+(?!lateral\b|rows\b|unnest\b|set\b|of\b|skip\b)(?<name>[a-z_]+)(?![\w.]|\s*\()")]
    private static partial Regex Tables();

    // "Folder/file_name": nothing else in the sources looks like that.
    [GeneratedRegex("\"(?<path>[A-Z][A-Za-z]+(/[A-Z][A-Za-z]+)*/[a-z_]+)\"")]
    private static partial Regex PathInQuotes();
}
