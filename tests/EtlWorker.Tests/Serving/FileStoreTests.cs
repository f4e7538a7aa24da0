using EtlWorker.Serving;
using Xunit;

namespace EtlWorker.Tests.Serving;

/// <summary>One definition on disk, which a person edits.</summary>
public sealed class FileStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etlworker-file-store-");
    private readonly FileStore _store;

    public FileStoreTests()
    {
        Write("pipeline.json", Small.Text("shop"));
        Write("counted.sql", "select 1 as n");
        _store = new FileStore(Path.Combine(_folder.FullName, "pipeline.json"));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_first_look_counts_and_a_change_once_it_is_the_same_at_two_looks()
    {
        var first = (await LookAsync()).Definition!.Hash;
        Write("counted.sql", "select 2 as n");
        Assert.True((await LookAsync()).IsUnfinished);
        Write("counted.sql", "select 3 as n");
        Assert.True((await LookAsync()).IsUnfinished);

        var second = await LookAsync();

        Assert.NotEqual(first, second.Definition!.Hash);
        Assert.Equal("select 3 as n", second.Definition.Sql["counted.sql"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{ \"name\": \"shop\" }")]
    public async Task A_change_that_is_none_is_refused_once_it_is_the_same_at_two_looks(string text)
    {
        await LookAsync();
        Write("pipeline.json", text);
        Assert.True((await LookAsync()).IsUnfinished);

        var second = await LookAsync();

        Assert.True(second is { Definition: null, IsUnfinished: false });
        Assert.NotEmpty(second.Faults);
    }

    [Fact]
    public async Task One_that_is_away_for_a_moment_as_while_an_editor_saves_it_is_no_fault()
    {
        await LookAsync();
        File.Delete(Path.Combine(_folder.FullName, "pipeline.json"));
        Assert.True((await LookAsync()).IsUnfinished);
        Write("pipeline.json", Small.Text("shop"));
        Assert.True((await LookAsync()).IsUnfinished);
        Assert.NotNull((await LookAsync()).Definition);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    private async Task<FoundVersion> LookAsync() => Assert.Single(await _store.LookAsync(Stop));
}
