using Xunit;

namespace EtlWorker.Tests.SampleData;

/// <summary>The real feed, which lies beside the repository on the project's own machines and is never copied into it.</summary>
internal static class ReferenceFeed
{
    /// <summary>Skips the running test where the feed is absent.</summary>
    public static string[] ReadLines(string file)
    {
        var path = Path.Combine(FindFolder(), file);
        Assert.SkipUnless(File.Exists(path), $"The reference feed is not on this machine: {path}");
        return File.ReadAllLines(path);
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EtlWorker.sln")))
            folder = folder.Parent;
        Assert.SkipWhen(folder is null, $"No EtlWorker.sln above {AppContext.BaseDirectory}");
        return Path.GetFullPath(Path.Combine(folder!.FullName, "..", "shared", "reference"));
    }
}
