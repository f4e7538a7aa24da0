using Xunit;

namespace EtlWorker.Tests;

/// <summary>
/// Compares a text that we publish with the file of its name in Snapshots. To take a new text over, run the tests with
/// UPDATE_SNAPSHOTS=1 and look at the difference.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string name, string text)
    {
        text = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, "tests", "EtlWorker.Tests", "Snapshots", name), text);
            return;
        }

        var file = Path.Combine(AppContext.BaseDirectory, "Snapshots", name);
        Assert.True(File.Exists(file), $"no snapshot {name}; run once with UPDATE_SNAPSHOTS=1");
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text);
    }
}
