using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Load;

/// <summary>Finds in a manifest what it says of a file.</summary>
/// <param name="manifest">How it is written.</param>
/// <param name="file">The file's key; a manifest may name it by the last part of it.</param>
internal sealed partial class ManifestText(ManifestDefinition manifest, string file)
{
    private static readonly char[] Slashes = ['/', '\\'];
    private static readonly char[] LineEnds = ['\r', '\n'];

    /// <param name="bytes">The manifest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FormatException">It does not say what the definition looks for; the message goes on after its key.</exception>
    public async Task<(long? Rows, string? Sha256)> ReadAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var text = StrictUtf8.Decode(bytes);
        return manifest.Format switch
        {
            ManifestFormat.Count => (RowsOf(text.Trim()), null),
            ManifestFormat.Sha256sum => (null, OfSums(text)),
            ManifestFormat.Csv => await OfCsvAsync(text, cancellationToken),
            _ => OfJson(text),
        };
    }

    private string OfSums(string text)
    {
        var sums = text.Split(LineEnds, StringSplitOptions.RemoveEmptyEntries).Select(line => Sum().Match(line)).ToList();
        var own = sums.Where(sum => sum.Success && sum.Groups["name"] is var name && (name.Success ? IsFile(name.Value) : sums.Count == 1));
        return own.Select(sum => sum.Groups["hash"].Value).ToList() is [var only] ? only : throw NotOnce($"a line of {file}");
    }

    private async Task<(long? Rows, string? Sha256)> OfCsvAsync(string text, CancellationToken cancellationToken)
    {
        var form = new FeedDefinition { Name = "manifest", Object = "", Table = "", Delimiter = manifest.Delimiter };
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await using var records = new CsvRecords(content, form, file);
        var header = await records.ReadAsync(cancellationToken)
            ? Enumerable.Range(0, records.FieldCount).Select(field => Encoding.UTF8.GetString(records[field]).Trim()).ToList()
            : [];
        int? Column(string? name) => name is null ? null
            : header.FindIndex(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)) is var found and >= 0 ? found
            : throw new FormatException($"has no column {name}");
        var (rows, hash, names) = (Column(manifest.Rows), Column(manifest.Sha256), Column(manifest.File));
        var own = new List<(string? Rows, string? Hash)>();
        while (await records.ReadAsync(cancellationToken))
        {
            string? Field(int? column) => column is { } at
                ? at < records.FieldCount ? Encoding.UTF8.GetString(records[at]).Trim() : "" : null;
            if (names is null || IsFile(Field(names)!))
            {
                own.Add((Field(rows), Field(hash)));
            }
        }

        return own is [var one]
            ? (one.Rows is { } count ? RowsOf(count) : null, one.Hash is { } sum ? HashOf(sum) : null)
            : throw NotOnce(names is null ? "a row" : $"a row of {file}");
    }

    private (long? Rows, string? Sha256) OfJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return (
                manifest.Rows is { } rows ? RowsOf(ValueAt(document.RootElement, rows)) : null,
                manifest.Sha256 is { } hash ? HashOf(ValueAt(document.RootElement, hash)) : null);
        }
        catch (JsonException fault)
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"is no JSON at line {fault.LineNumber + 1}"), fault);
        }
    }

    /// <summary>The value of a property; of a list on the way to it that entry counts which is the file's.</summary>
    private string ValueAt(JsonElement root, string path)
    {
        var (names, ofFile) = (path.Split('.'), manifest.File?.Split('.') ?? []);
        var here = root;
        for (var depth = 0; depth <= names.Length; depth++)
        {
            if (here.ValueKind == JsonValueKind.Array)
            {
                var rest = ofFile.Length > depth ? ofFile[depth..] : [];
                here = here.EnumerateArray().Where(entry => rest.Length == 0 || IsFile(TextAt(entry, rest))).ToList() is [var own]
                    ? own
                    : throw NotOnce(rest.Length == 0 ? "an entry" : $"an entry of {file}");
            }

            if (depth < names.Length)
            {
                here = here.ValueKind == JsonValueKind.Object && here.TryGetProperty(names[depth], out var next)
                    ? next
                    : throw new FormatException($"has no {path}");
            }
        }

        return TextOf(here) ?? throw new FormatException($"has no number and no text at {path}");
    }

    private static string? TextAt(JsonElement entry, string[] path)
    {
        foreach (var name in path)
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(name, out entry))
            {
                return null;
            }
        }

        return TextOf(entry);
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private bool IsFile(string? name) => name is not null
        && (name == file || name.Split(Slashes)[^1] == file.Split(Slashes)[^1]);

    private static long RowsOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            ? rows
            : throw new FormatException("has no whole number where the number of rows should stand");

    private static string HashOf(string text) =>
        Hash().IsMatch(text) ? text : throw new FormatException("has no SHA-256 of 64 hexadecimal digits where one should stand");

    private static FormatException NotOnce(string what) => new($"does not have {what} exactly once");

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z")]
    private static partial Regex Hash();

    // A backslash in front says that the name has some, doubled.
    [GeneratedRegex(@"\A\\?(?<hash>[0-9a-fA-F]{64})([ \t]+\*?(?<name>.*[^ \t]))?[ \t]*\z")]
    private static partial Regex Sum();
}
