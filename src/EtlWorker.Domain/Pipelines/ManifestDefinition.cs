using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Pipelines;

/// <summary>A small object that comes with each file of a feed, and with which the file must agree.</summary>
public sealed record ManifestDefinition
{
    /// <summary>Stands for the key of the file.</summary>
    public const string ObjectWord = "{object}";

    /// <summary>Stands for the key of the file without what follows the last point of its name.</summary>
    public const string StemWord = "{stem}";

    /// <summary>
    /// Its key: <c>{object}</c> is the key of the file, <c>{stem}</c> the same without its last extension, <c>{date}</c> the file's date.
    /// </summary>
    public required string Object { get; init; }

    /// <summary>How it is written.</summary>
    public ManifestFormat Format { get; set; } = ManifestFormat.Json;

    /// <summary>Where the number of the file's rows stands, the rejected ones included: a property, or a column.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public string? Rows { get; init; }

    /// <summary>Where the SHA-256 of the file as it lies in the bucket stands, in hexadecimal: a property, or a column.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public string? Sha256 { get; init; }

    /// <summary>Where the name of the file stands, in a manifest of several files: a property, or a column.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public string? File { get; init; }

    /// <summary>What separates two fields of a CSV manifest.</summary>
    public char Delimiter { get; set; } = ',';

    /// <summary>Whether each file has a manifest of its own.</summary>
    public bool IsOfFile() =>
        Object.Contains(ObjectWord, StringComparison.Ordinal) || Object.Contains(StemWord, StringComparison.Ordinal);

    /// <summary>The key of a file's manifest.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="date">The file's date.</param>
    public string KeyOf(string key, DateOnly date) => Filled(new ObjectPattern(Object).On(date), key);

    /// <summary>The keys of the manifests of a feed.</summary>
    public ObjectPattern PatternOf(FeedDefinition feed) => new(Filled(Object, feed.Object));

    private static string Filled(string text, string key)
    {
        var point = key.LastIndexOf('.');
        var stem = point > key.LastIndexOf('/') ? key[..point] : key;
        // What is put in may hold braces of its own: both are put in at once.
        return string.Join(key, text.Split(ObjectWord).Select(part => part.Replace(StemWord, stem, StringComparison.Ordinal)));
    }
}
