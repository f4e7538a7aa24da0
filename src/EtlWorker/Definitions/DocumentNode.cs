namespace EtlWorker.Definitions;

/// <summary>A value of a JSON document, with where it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Its JSON path.</param>
/// <param name="Place">Where it begins.</param>
internal sealed record DocumentNode(DocumentKind Kind, string Path, DocumentPlace Place)
{
    /// <summary>A text without quotes and escapes; a number, true, false or null as it stands there.</summary>
    public string Text { get; init; } = "";

    /// <summary>Those of an object, in their order; a name may stand there twice.</summary>
    public IReadOnlyList<DocumentProperty> Properties { get; init; } = [];

    /// <summary>The entries of a list.</summary>
    public IReadOnlyList<DocumentNode> Entries { get; init; } = [];

    /// <summary>The value of a property; null where there is none.</summary>
    public DocumentNode? this[string name] => Properties.FirstOrDefault(property => property.Name == name)?.Value;

    /// <summary>The innermost value that stands there and has the path, or a part of it from the root.</summary>
    public DocumentNode Nearest(string path) =>
        Entries.Concat(Properties.Select(property => property.Value))
            .FirstOrDefault(child => path == child.Path || (path.StartsWith(child.Path, StringComparison.Ordinal)
                && path[child.Path.Length] is '.' or '[')) is { } within
            ? within.Nearest(path)
            : this;
}
