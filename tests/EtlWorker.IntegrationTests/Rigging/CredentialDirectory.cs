namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>Credential files as systemd lays them out for a unit.</summary>
internal sealed class CredentialDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("etlworker-credentials-").FullName;

    public CredentialDirectory(string password)
    {
        // As an editor leaves it, with a line break at the end.
        File.WriteAllText(System.IO.Path.Combine(Path, "DATABASE__PASSWORD"), password + "\n");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
