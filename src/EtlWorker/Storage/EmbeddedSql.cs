using System.Collections.Concurrent;

namespace EtlWorker.Storage;

/// <summary>The statements of this program, each an embedded <c>.sql</c> file beside the step that runs it.</summary>
internal static class EmbeddedSql
{
    private static readonly ConcurrentDictionary<string, string> Read = new();

    /// <param name="path">Folder and file without its ending: <c>Ledger/record_drop</c>.</param>
    /// <exception cref="InvalidOperationException">No such file was embedded.</exception>
    public static string Get(string path) => Read.GetOrAdd(path, static path =>
    {
        using var stream = typeof(EmbeddedSql).Assembly.GetManifestResourceStream(path + ".sql")
            ?? throw new InvalidOperationException($"No embedded statement {path}.sql.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
