namespace EtlWorker.Schema;

/// <summary>SQL that migrations run besides what EF Core makes of the model, each an embedded file beside them.</summary>
internal static class MigrationSql
{
    /// <param name="name">The file's name without its ending.</param>
    /// <exception cref="InvalidOperationException">No such file was embedded.</exception>
    public static string Get(string name)
    {
        using var stream = typeof(MigrationSql).Assembly.GetManifestResourceStream(name + ".sql")
            ?? throw new InvalidOperationException($"No embedded file {name}.sql.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
