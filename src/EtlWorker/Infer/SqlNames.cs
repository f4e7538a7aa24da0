using System.Globalization;
using System.Text;

namespace EtlWorker.Infer;

/// <summary>Makes names for SQL of what a file calls its columns: lower snake case, ASCII, none twice, none reserved.</summary>
internal static class SqlNames
{
    // PostgreSQL cuts a name at 63 bytes; a number may follow.
    private const int MostLetters = 56;

    // https://www.postgresql.org/docs/current/sql-keywords-appendix.html: reserved, or reserved but for functions and types; and the
    // columns that every table has.
    private static readonly HashSet<string> Reserved =
    [
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "binary", "both", "case", "cast",
        "check", "collate", "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog", "current_date",
        "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct",
        "do", "else", "end", "except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike",
        "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral", "leading", "left", "like", "limit",
        "localtime", "localtimestamp", "natural", "not", "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps",
        "placing", "primary", "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric", "system_user",
        "table", "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "verbose", "when",
        "where", "window", "with", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid",
    ];

    /// <summary>One name for each of the file's, in their order.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> headers)
    {
        var taken = new HashSet<string>();
        return [.. headers.Select((header, index) => Unique(Of(header, $"column_{index + 1}"), taken))];
    }

    /// <summary>A name for one thing.</summary>
    /// <param name="text">What it is called.</param>
    /// <param name="other">Its name where nothing of that can be written in ASCII.</param>
    public static string Of(string text, string other)
    {
        var name = Snake(text);
        name = name.Length == 0 ? other : char.IsAsciiDigit(name[0]) ? "c_" + name : name;
        name = name.Length > MostLetters ? name[..MostLetters].TrimEnd('_') : name;
        return Reserved.Contains(name) ? name + "_" : name;
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++)
        {
            unique = $"{name.TrimEnd('_')}_{number.ToString(CultureInfo.InvariantCulture)}";
        }

        return unique;
    }

    private static string Snake(string text)
    {
        var name = new StringBuilder();
        var before = '_';
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            // orderID and HTTPCode: a capital behind a small letter, or in front of one and behind a capital, begins a word.
            var next = at + 1 < text.Length ? text[at + 1] : ' ';
            if (char.IsUpper(letter) && (char.IsLower(before) || (char.IsUpper(before) && char.IsLower(next))))
            {
                name.Append('_');
            }

            before = letter;
            var written = Transliteration.Of(letter);
            foreach (var character in written)
            {
                name.Append(char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '_');
            }
        }

        return string.Join('_', name.ToString().Split('_', StringSplitOptions.RemoveEmptyEntries));
    }
}
