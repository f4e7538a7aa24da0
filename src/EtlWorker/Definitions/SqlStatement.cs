namespace EtlWorker.Definitions;

/// <summary>The one statement of a SQL file: what stands before its semicolon. It is wrapped, where no semicolon can stand.</summary>
internal static class SqlStatement
{
    /// <summary>What a query begins with, besides a parenthesis.</summary>
    private static readonly HashSet<string> Begins = new(["select", "with", "values", "table"], StringComparer.OrdinalIgnoreCase);

    /// <param name="text">The file.</param>
    /// <returns>The statement as it stands there; comments after its semicolon, and further semicolons, are left out.</returns>
    /// <exception cref="FormatException">There is none, or more than one, or something is never closed; after the file's name.</exception>
    public static string Of(string text)
    {
        var file = new SqlReader(text);
        file.SkipBlank();
        if (file.IsAtEnd || file.Is(';'))
        {
            throw new FormatException("holds no statement: write one SELECT into it");
        }

        var (line, word) = (file.LineOf(file.At), file.Word());
        if (word.Length > 0 && !Begins.Contains(word))
        {
            throw new FormatException(
                $"line {line} begins with {word.ToUpperInvariant()}: write one SELECT, which the worker puts into its own");
        }

        while (!file.IsAtEnd && !file.Is(';'))
        {
            file.SkipToken();
            file.SkipBlank();
        }

        var end = file.At;
        while (file.Is(';'))
        {
            file.SkipToken();
            file.SkipBlank();
        }

        return file.IsAtEnd
            ? text[..end]
            : throw new FormatException($"line {file.LineOf(file.At)} begins a second statement: leave one SELECT in the file");
    }
}
