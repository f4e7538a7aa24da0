namespace EtlWorker.Definitions;

/// <summary>The one statement of a SQL file: what stands before its semicolon. It is wrapped, where no semicolon can stand.</summary>
internal static class SqlStatement
{
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
