using System.CommandLine;
using EtlWorker.Commands;
using Xunit;

namespace EtlWorker.Tests.Commands;

public sealed class ValidateCommandTests
{
    private static readonly string Broken = Path.Combine(AppContext.BaseDirectory, "BrokenDefinitions");

    public static TheoryData<string> BrokenDefinitions =>
        [.. Directory.EnumerateFiles(Broken, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory]
    [MemberData(nameof(BrokenDefinitions))]
    public async Task A_broken_definition_is_refused_with_the_message_that_a_person_needs(string name)
    {
        var (ended, output, error) = await RunAsync(Path.Combine(Broken, $"{name}.json"));

        Assert.Equal((ExitCode.Failed, ""), (ended, error));
        Assert.Contains(" fault", output, StringComparison.Ordinal);
        var document = await File.ReadAllTextAsync(Path.Combine(Broken, $"{name}.json"), TestContext.Current.CancellationToken);
        Snapshot.Matches(
            Path.Combine("broken", $"{name}.txt"),
            $"{output.Replace(Broken + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}\n{Numbered(document)}");
    }

    /// <summary>What the serializer and .NET say helps nobody who writes JSON.</summary>
    [Fact]
    public void No_message_has_words_of_the_program() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Snapshots", "broken")),
        file => Assert.DoesNotMatch(
            @"System\.|JsonReader|Utf8|BytePosition|deserializ|Nullable|Int32|Boolean|IReadOnly|EtlWorker\.|Exception|this version",
            File.ReadAllText(file)));

    [Fact]
    public async Task A_valid_definition_or_its_folder_ends_well()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "pipelines", "retail");
        var file = Path.Combine(folder, "pipeline.json");
        var expected = $"{file} is valid: pipeline retail, 5 feeds, 3 checks, analyses: 3.\n";

        Assert.Equal((ExitCode.Done, expected, ""), await RunAsync(folder));
        Assert.Equal((ExitCode.Done, expected, ""), await RunAsync(file));
    }

    [Theory]
    [InlineData("gone.json", "gone.json is no file, and no folder with a pipeline.json.")]
    [InlineData(".", ". is no file, and no folder with a pipeline.json.")]
    public async Task What_is_no_definition_s_file_is_a_wrong_usage(string path, string message)
    {
        Assert.Equal(ExitCode.WrongUsage, await CommandLine.RunAsync(["validate", path]));
        var (_, _, error) = await RunAsync(path);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static string Numbered(string document) =>
        string.Join('\n', document.TrimEnd('\n').Split('\n').Select((line, index) => $"{index + 1,3} {line}"));

    private static async Task<(int Ended, string Output, string Error)> RunAsync(string path)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var ended = await CommandLine.Root().Parse(["validate", path]).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (ended, output.ToString(), error.ToString());
    }
}
