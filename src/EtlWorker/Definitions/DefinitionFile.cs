using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtlWorker.Domain.Text;

namespace EtlWorker.Definitions;

/// <summary>Reads a definition and the SQL beside it, strictly: an unknown property is a fault.</summary>
internal static class DefinitionFile
{
    /// <summary>Far more than any definition, or SQL file, has: what is larger was not meant.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>What a definition's file is called in a folder.</summary>
    public const string DefaultName = "pipeline.json";

    /// <param name="path">The document's file.</param>
    /// <exception cref="InvalidDefinitionException">The file or a SQL file is missing, is no valid JSON, or contradicts itself.</exception>
    public static LoadedDefinition Read(string path) => Read(path, name => BytesOf(FolderOf(path) + name));

    /// <param name="path">Where the document stands, for messages: its folder, a slash, its name.</param>
    /// <param name="bytesOf">A file by its path below that folder; null where there is none.</param>
    /// <exception cref="InvalidDefinitionException">The file or a SQL file is missing, is no valid JSON, or contradicts itself.</exception>
    public static LoadedDefinition Read(string path, Func<string, byte[]?> bytesOf)
    {
        var folder = FolderOf(path);
        var document = ReadText(
            path, bytesOf, path[folder.Length..], $"{path}: no such file; PIPELINE__DEFINITION must name the definition");
        var root = ReadDocument(path, document);
        var (pipeline, faults) = DefinitionReview.Of(root, document);
        var told = faults.Select(fault => DefinitionReview.Describe(path, root, fault)).ToList();
        var sql = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (named, isMigration) in SqlFilesOf(root))
        {
            var sqlPath = folder + named.Text;
            try
            {
                var place = DefinitionReview.Describe(
                    path, root, new DefinitionFault(named.Path, $"names {named.Text}, and {sqlPath} does not exist"));
                var text = ReadText(sqlPath, bytesOf, named.Text, place);
                sql[named.Text] = isMigration ? Checked(text) : SqlStatement.Of(text);
            }
            catch (FormatException fault)
            {
                told.Add($"{sqlPath}: {fault.Message}");
            }
            catch (InvalidDefinitionException missing)
            {
                told.AddRange(missing.Faults);
            }
        }

        return told.Count == 0
            ? new LoadedDefinition(pipeline!, document, sql, HashOf(document, sql))
            : throw new InvalidDefinitionException(told);
    }

    /// <summary>Faults of a valid definition that were found elsewhere, as those of <see cref="Read(string)"/> are told.</summary>
    public static IReadOnlyList<string> Describe(string path, LoadedDefinition definition, IEnumerable<DefinitionFault> faults)
    {
        var root = DocumentReader.Read(definition.Document);
        return [.. faults.Select(fault => DefinitionReview.Describe(path, root, fault))];
    }

    /// <summary>A definition as the ledger kept it at a claim.</summary>
    /// <param name="document">The document.</param>
    /// <param name="sql">Its SQL files as one JSON object.</param>
    public static LoadedDefinition FromLedger(string document, string sql)
    {
        var files = new SortedDictionary<string, string>(
            JsonSerializer.Deserialize(sql, DefinitionJson.Default.DictionaryStringString)!, StringComparer.Ordinal);
        return new LoadedDefinition(DefinitionReview.Bind(document), document, files, HashOf(document, files));
    }

    private static DocumentNode ReadDocument(string path, string document)
    {
        try
        {
            return DocumentReader.Read(document);
        }
        catch (DocumentSyntaxException broken)
        {
            throw new InvalidDefinitionException([DefinitionReview.Describe(path, null, broken.Fault)]);
        }
    }

    /// <summary>The SQL files that a document names, each once; also of one with faults elsewhere.</summary>
    private static IEnumerable<(DocumentNode Name, bool IsMigration)> SqlFilesOf(DocumentNode root) =>
        new[] { root["checks"], root["analyses"] }
            .SelectMany(list => list?.Entries ?? [])
            .Append(root["trigger"]?["days"])
            .Select(entry => entry?["sql"])
            .OfType<DocumentNode>()
            .Select(file => (Name: file, IsMigration: false))
            // A path that leads out of the folder is a fault, and what is there is nobody's to read.
            .Concat((root["migrations"]?.Entries ?? [])
                .Where(file => MigrationFaults.PathFault(file.Text) is null).Select(file => (Name: file, IsMigration: true)))
            .Where(file => file.Name is { Kind: DocumentKind.Text, Text.Length: > 0 })
            .DistinctBy(file => file.Name.Text);

    /// <summary>A migration's text is kept whole: its hash is the file's.</summary>
    private static string Checked(string text)
    {
        _ = MigrationScript.Of(text);
        return text;
    }

    /// <summary>The folder of a path, with the slash; empty for a name alone. No path of the system: it may be in a bucket.</summary>
    public static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    /// <summary>What a file on disk holds; null where there is none.</summary>
    /// <exception cref="InvalidDefinitionException">It is too large, or cannot be read.</exception>
    public static byte[]? BytesOf(string path)
    {
        try
        {
            return !File.Exists(path) ? null
                : new FileInfo(path).Length <= MostBytes ? File.ReadAllBytes(path)
                : throw new InvalidDefinitionException([TooLarge(path)]);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDefinitionException([$"{path} cannot be read: {refused.Message}"]);
        }
    }

    private static string TooLarge(string path) => $"{path} has more than {MostBytes >> 20} MiB, as no definition or SQL file has";

    private static string ReadText(string path, Func<string, byte[]?> bytesOf, string name, string missing)
    {
        try
        {
            return StrictUtf8.Decode(bytesOf(name) ?? throw new InvalidDefinitionException([missing]));
        }
        catch (FormatException loose)
        {
            throw new InvalidDefinitionException([$"{path}: {loose.Message}"]);
        }
    }

    private static string HashOf(string document, SortedDictionary<string, string> sql)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in sql.SelectMany(file => new[] { file.Key, file.Value }).Prepend(document))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
