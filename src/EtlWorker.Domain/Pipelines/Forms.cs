namespace EtlWorker.Domain.Pipelines;

/// <summary>The forms of texts of a definition: a pattern, and what it means for a person.</summary>
internal static class Forms
{
    public const string NamePattern = "^[A-Za-z0-9_-]{1,40}$";
    public const string Name = "1 to 40 ASCII letters, digits, - and _";
    public const string TablePattern = "^[^.]+\\.[^.]+$";
    public const string Table = "schema.table";
    public const string AnythingPattern = @"^[^\x00]*[^\s\x00][^\x00]*$";
    public const string Anything = "a text that is not blank";
}
