using Xunit;

namespace EtlWorker.Tests.SampleData;

/// <summary>The real feed, which lies beside the repository on the project's own machines and is never copied into it.</summary>
internal static class ReferenceFeed
{
    /// <summary>Skips the running test where the feed is absent.</summary>
    public static string[] ReadLines(string file)
    {
        var path = Path.Combine(Repository.Root, "..", "shared", "reference", file);
        Assert.SkipUnless(File.Exists(path), $"The reference feed is not on this machine: {path}");
        return File.ReadAllLines(path);
    }
}
