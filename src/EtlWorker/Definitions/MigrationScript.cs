namespace EtlWorker.Definitions;

/// <summary>
/// The statements of a migration's file, which are executed one by one in a transaction that is not the file's own. What would end that
/// transaction, or is meant for psql and not for the server, is refused where it can be seen; code in quotes is not looked into.
/// </summary>
internal static class MigrationScript
{
    private const string ForPsql = "is a command of psql, and no SQL";
    private static readonly string[] OfTransactions = ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"];

    /// <param name="text">The file.</param>
    /// <exception cref="FormatException">Something in it is never closed, or is refused; after the file's name.</exception>
    public static IReadOnlyList<MigrationStatement> Of(string text)
    {
        var statements = new List<MigrationStatement>();
        var file = new SqlReader(text);
        file.SkipBlank();
        while (!file.IsAtEnd)
        {
            if (file.Is(';'))
            {
                file.SkipToken();
            }
            else
            {
                statements.Add(Next(file, text));
            }

            file.SkipBlank();
        }

        return statements.Count > 0 ? statements : throw new FormatException("holds no statement: leave the file out");
    }

    private static MigrationStatement Next(SqlReader file, string text)
    {
        var (begin, end, words, parentheses, blocks) = (file.At, file.At, new List<string>(), 0, 0);
        while (!file.IsAtEnd && !(file.Is(';') && parentheses == 0 && blocks == 0))
        {
            var at = file.At;
            if (file.Is('\\'))
            {
                throw new FormatException($"line {file.LineOf(at)}: {WordAt(text, at)} {ForPsql}: leave it out");
            }

            parentheses += file.Is('(') ? 1 : file.Is(')') ? -1 : 0;
            file.SkipToken();
            end = file.At;
            var word = text[at..end].Trim('"').ToUpperInvariant();
            blocks += BlockOf(word, words, blocks);
            words.Add(word);
            file.SkipBlank();
        }

        var line = file.LineOf(begin);
        return RefusalOf(words) is { } refusal
            ? throw new FormatException($"line {line}: {refusal}")
            : new MigrationStatement(text[begin..end], line);
    }

    /// <summary>
    /// The body of a function between BEGIN ATOMIC and END has semicolons of its own, and a CASE in it has its own END: as psql sees it.
    /// </summary>
    private static int BlockOf(string word, List<string> before, int blocks) => word switch
    {
        "ATOMIC" when before is ["CREATE", ..] && before[^1] == "BEGIN" => 1,
        "CASE" when blocks > 0 => 1,
        "END" when blocks > 0 => -1,
        _ => 0,
    };

    private static string? RefusalOf(List<string> words) => words switch
    {
        [var first, ..] when OfTransactions.Contains(first) =>
            $"{first} is not for a migration: each file is one transaction, which commits with its record; leave it out",
        ["PREPARE", "TRANSACTION", ..] => "PREPARE TRANSACTION is not for a migration: each file is one transaction; leave it out",
        ["SET" or "RESET", .. var rest] when rest.Take(2).Any(word => word is "ROLE") || rest is ["SESSION", "AUTHORIZATION", ..]
            or ["LOCAL" or "SESSION", "SESSION", "AUTHORIZATION", ..] =>
            "a migration changes no role: it is applied as the role of PIPELINE__MIGRATEAS; leave it out",
        ["COPY", .. var rest] when rest.Contains("STDIN") || rest.Contains("STDOUT") =>
            $"COPY from STDIN or to STDOUT {ForPsql}: write the rows as an INSERT",
        _ => null,
    };

    private static string WordAt(string text, int at) => new([.. text.Skip(at).TakeWhile(letter => !char.IsWhiteSpace(letter)).Take(20)]);
}
