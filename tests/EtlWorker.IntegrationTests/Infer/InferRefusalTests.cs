using EtlWorker.Commands;
using Xunit;

namespace EtlWorker.IntegrationTests.Infer;

/// <summary>What nothing can be inferred from is refused, with what to do, and nothing is written.</summary>
public sealed class InferRefusalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("etlworker-infer-").FullName;

    [Fact]
    public Task An_empty_file_is_refused() => AssertAsync(ExitCode.Failed, Write("empty.csv", []));

    [Fact]
    public Task A_file_that_is_no_text_is_refused() =>
        AssertAsync(ExitCode.Failed, Write("binary.csv", [.. Enumerable.Range(0, 4_096).Select(value => (byte)(value * 7))]));

    [Fact]
    public Task A_workbook_is_refused() => AssertAsync(ExitCode.Failed, Write("book.csv", "PK\u0003\u0004 and more of it"u8.ToArray()));

    [Fact]
    public Task A_gzip_file_that_was_cut_off_is_refused() => AssertAsync(ExitCode.Failed, Write("cut.csv.gz", [0x1F, 0x8B, 8, 0, 0, 0]));

    [Fact]
    public Task A_directory_is_refused() => AssertAsync(ExitCode.Failed, _directory);

    [Fact]
    public Task A_file_that_is_not_there_is_not_found() => AssertAsync(ExitCode.NothingFound, Path.Combine(_directory, "none.csv"));

    [Fact]
    public async Task What_is_there_is_not_written_over()
    {
        var file = Write("good.csv", "id,note\n1,x\n"u8.ToArray());
        var proposal = Path.Combine(_directory, "proposal");
        Assert.Equal(ExitCode.Done, await CommandLine.RunAsync(["infer", file, "--out", proposal]));
        await File.WriteAllTextAsync(Path.Combine(proposal, "tables.sql"), "-- corrected", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Failed, await CommandLine.RunAsync(["infer", file, "--out", proposal]));
        Assert.Equal("-- corrected", await File.ReadAllTextAsync(Path.Combine(proposal, "tables.sql"),
            TestContext.Current.CancellationToken));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private async Task AssertAsync(int exitCode, string path)
    {
        var proposal = Path.Combine(_directory, "proposal");

        Assert.Equal(exitCode, await CommandLine.RunAsync(["infer", path, "--out", proposal]));
        Assert.False(Directory.Exists(proposal));
    }
}
