namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>Where things stand in the checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static string RetailDefinition => Path.Combine(Root, "pipelines", "retail");

    public static string BankDefinition => Path.Combine(Root, "pipelines", "bank");

    /// <summary>The real feed with its exact answers; it is handed out beside the checkout, never inside it.</summary>
    public static string Reference => Path.Combine(Root, "..", "shared", "reference");

    private static string FindRoot(DirectoryInfo? directory)
    {
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "EtlWorker.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside of a checkout.");
    }
}
