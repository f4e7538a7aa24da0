using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Definitions;

/// <summary>Reads a definition and its SQL from a directory, strictly: an unknown property is a fault.</summary>
internal static class DefinitionFile
{
    /// <exception cref="InvalidDefinitionException">The file or a SQL file is missing, is no valid JSON, or contradicts itself.</exception>
    public static LoadedDefinition Read(string path)
    {
        var document = ReadText(path, $"{path}: no such file; PIPELINE__DEFINITION must name the definition");
        var pipeline = Parse(path, document);
        var faults = DefinitionFaults.In(pipeline).Select(fault => $"{path}: {Escaped.Line(fault)}").ToList();
        var sql = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var files = pipeline.Checks.Select(check => check.Sql).Concat(pipeline.Analyses.Select(analysis => analysis.Sql));
        foreach (var file in files.Distinct())
        {
            var sqlPath = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file);
            try
            {
                sql[file] = SqlStatement.Of(ReadText(sqlPath, $"{path}: names {file}, and {sqlPath} does not exist"));
            }
            catch (FormatException fault)
            {
                faults.Add($"{sqlPath}: {fault.Message}");
            }
            catch (InvalidDefinitionException missing)
            {
                faults.AddRange(missing.Faults);
            }
        }

        return faults.Count == 0
            ? new LoadedDefinition(pipeline, document, sql, HashOf(document, sql))
            : throw new InvalidDefinitionException(faults);
    }

    /// <summary>A definition as the ledger kept it at a claim.</summary>
    /// <param name="document">The document.</param>
    /// <param name="sql">Its SQL files as one JSON object.</param>
    public static LoadedDefinition FromLedger(string document, string sql)
    {
        var files = new SortedDictionary<string, string>(
            JsonSerializer.Deserialize(sql, DefinitionJson.Default.DictionaryStringString)!, StringComparer.Ordinal);
        return new LoadedDefinition(Parse("the ledger's definition", document), document, files, HashOf(document, files));
    }

    private static PipelineDefinition Parse(string path, string document)
    {
        try
        {
            var pipeline = JsonSerializer.Deserialize(document, DefinitionJson.Default.PipelineDefinition)
                ?? throw new InvalidDefinitionException([$"{path}: is null; a definition is a JSON object"]);
            var nulls = DefinitionFaults.NullEntries(pipeline).Select(fault => $"{path}: {Escaped.Line(fault)}").ToList();
            return nulls.Count == 0 ? pipeline : throw new InvalidDefinitionException(nulls);
        }
        catch (JsonException fault)
        {
            // The serializer's message names path and line itself when it found the fault while binding.
            var place = fault.LineNumber is { } line ? $"{path}, line {line + 1}" : path;
            var message = fault.Message.Split(" Path: ")[0];
            throw new InvalidDefinitionException([$"{place}, at {fault.Path ?? "$"}: {message}"]);
        }
    }

    private static string ReadText(string path, string fault)
    {
        try
        {
            return File.Exists(path) ? StrictUtf8.Decode(File.ReadAllBytes(path)) : throw new InvalidDefinitionException([fault]);
        }
        catch (FormatException loose)
        {
            throw new InvalidDefinitionException([$"{path}: {loose.Message}"]);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDefinitionException([$"{path} cannot be read: {refused.Message}"]);
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
