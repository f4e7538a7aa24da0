using System.Text.RegularExpressions;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>Finds what a statement names without its schema: functions, types of casts, operators.</summary>
internal static partial class UnqualifiedNames
{
    /// <param name="statement">As the server gets it.</param>
    /// <param name="isOnAnyPath">Whether types and operators are looked at as well;
    /// on a path of pg_catalog alone they cannot be mistaken.</param>
    public static IEnumerable<string> In(string statement, bool isOnAnyPath)
    {
        var sql = Literals().Replace(Comments().Replace(Authored().Replace(statement, "() as"), ""), "''");
        sql = Named().Replace(Quoted().Replace(sql, "q"), "(");
        IEnumerable<Match> found = Functions().Matches(sql);
        if (isOnAnyPath)
        {
            found = found.Concat(Casts().Matches(sql))
                .Concat(TypedLiterals().Matches(sql)).Concat(Operators().Matches(Harmless().Replace(sql, " ")));
        }

        return found.Select(match => match.Value);
    }

    // What the definition's author wrote, as the steps wrap it; and a table's CHECK, as PostgreSQL wrote it for pg_catalog alone.
    [GeneratedRegex(@"\(\n.*?\n\) as(?= (offending|result))|(?<=where )not \(.*\)(?= returning)", RegexOptions.Singleline)]
    private static partial Regex Authored();

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comments();

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Literals();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    // Names that a statement gives itself, a table's columns, and the columns that are fought over.
    [GeneratedRegex(
        @"\b(as(?! materialized)|with)\s+[a-z_]+\s*\(|\b[a-z_]+\.[a-z_]+\s*\((?=[a-z_, ]*\)( overriding| from std|$))|\bconflict \(")]
    private static partial Regex Named();

    [GeneratedRegex(
        @"(?<![\w.$])(?!(as|and|or|not|in|any|exists|coalesce|greatest|least|nullif|filter|all|case|when|then|else|values|where|from|select"
        + @"|array|join|explain|analyze|materialized|on|over|by|rows|operator|lateral|ordinality|into|extract|stdin|stdout|copy"
        + @"|insert|returning|using)\b)"
        + @"[a-z_]\w*\s*\(")]
    private static partial Regex Functions();

    [GeneratedRegex(@"::(?!pg_catalog\.|q\b|bigint\b|integer\b|smallint\b|boolean\b|numeric\b)\w+")]
    private static partial Regex Casts();

    [GeneratedRegex(@"\b(date|text|time|json|jsonb|uuid|bytea)\s+''")]
    private static partial Regex TypedLiterals();

    [GeneratedRegex(@"operator\([a-z_]+\.[^)]+\)|operator\(q\.[^)]+\)|::|\bq = excluded\.q|select \*|\(\*\)|\.\*")]
    private static partial Regex Harmless();

    [GeneratedRegex(@"[<>=~!#%^&|+/@?*-]+|\b(between|like|ilike|nullif|in|is not distinct|is distinct)\b")]
    private static partial Regex Operators();
}
