using System.Diagnostics.CodeAnalysis;

namespace EtlWorker.Storage;

/// <summary>A schema-qualified table from a definition. The one place where an identifier from outside is quoted.</summary>
internal sealed record TableName(string Schema, string Name)
{
    public string Quoted => $"{Quote(Schema)}.{Quote(Name)}";

    /// <exception cref="FormatException">Not two non-empty names with one dot between them.</exception>
    public static TableName Parse(string text) =>
        TryParse(text, out var table) ? table : throw new FormatException($"'{text}' is not schema.table");

    public static bool TryParse(string text, [NotNullWhen(true)] out TableName? table)
    {
        table = text.Split('.') is [{ Length: > 0 } schema, { Length: > 0 } name] ? new TableName(schema, name) : null;
        return table is not null;
    }

    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public override string ToString() => $"{Schema}.{Name}";
}
