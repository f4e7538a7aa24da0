using System.Text;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Serving;
using Xunit;

namespace EtlWorker.Tests.Serving;

/// <summary>A folder of pipelines: which versions are whole.</summary>
public sealed class FolderStoreTests
{
    private readonly MemoryTree _tree = new();
    private readonly FolderStore _store;

    public FolderStoreTests() => _store = new FolderStore(_tree);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_folder_with_a_definition_is_a_pipeline_and_nothing_else_is()
    {
        await DeployAsync("shop", "shop", "select 1 as n");
        await DeployAsync("bank", "bank", "select 1 as n");
        _tree.Files["README.md"] = [1];
        _tree.Files["notes/readme.txt"] = [1];

        var found = await _store.LookAsync(Stop);

        Assert.Equal(
            ["s3://etl/pipelines/bank/pipeline.json", "s3://etl/pipelines/shop/pipeline.json"], found.Select(version => version.Source));
        Assert.Equal(["bank", "shop"], found.Select(version => version.Definition!.Pipeline.Name));
    }

    [Fact]
    public async Task A_folder_of_one_pipeline_is_that_one()
    {
        await DeployAsync("", "shop", "select 1 as n");

        Assert.Equal("shop", Assert.Single(await _store.LookAsync(Stop)).Definition!.Pipeline.Name);
    }

    [Fact]
    public async Task A_definition_beside_the_folders_of_others_hides_none_of_them()
    {
        await DeployAsync("shop", "shop", "select 1 as n");
        _tree.Files["pipeline.json"] = Encoding.UTF8.GetBytes("{}");

        Assert.Equal("shop", Assert.Single(await _store.LookAsync(Stop)).Definition!.Pipeline.Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_first_deployment_that_is_cut_off_is_no_version(int files)
    {
        _tree.MostWrites = files;
        await Assert.ThrowsAsync<FaultException>(() => DeployAsync("shop", "shop", "select 1 as n"));

        Assert.All(await _store.LookAsync(Stop), version => Assert.True(version is { Definition: null, IsUnfinished: true }));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_deployment_that_is_cut_off_leaves_the_former_version_or_none(int files, bool isFormer)
    {
        await DeployAsync("shop", "shop", "select 1 as n");
        var former = Assert.Single(await _store.LookAsync(Stop)).Definition!.Hash;
        // The analysis is the same file in both; the document, which is written second, is not.
        _tree.MostWrites = 3 + files;
        await Assert.ThrowsAsync<FaultException>(() => DeployAsync("shop", "shop", "select 1 as n", "Europe/Berlin"));

        var version = Assert.Single(await _store.LookAsync(Stop));
        Assert.Equal(isFormer ? former : null, version.Definition?.Hash);
        Assert.Equal(!isFormer, version.IsUnfinished);

        _tree.MostWrites = int.MaxValue;
        await DeployAsync("shop", "shop", "select 1 as n", "Europe/Berlin");
        Assert.NotEqual(former, Assert.Single(await _store.LookAsync(Stop)).Definition!.Hash);
    }

    [Fact]
    public async Task What_did_not_change_is_not_read_again()
    {
        await DeployAsync("shop", "shop", "select 1 as n");
        await _store.LookAsync(Stop);
        var reads = _tree.Reads;

        await _store.LookAsync(Stop);

        Assert.Equal(reads, _tree.Reads);
    }

    [Fact]
    public async Task A_file_that_the_lock_does_not_name_is_not_used()
    {
        await DeployAsync("shop", "shop", "select 1 as n");
        var text = Encoding.UTF8.GetString(_tree.Files["shop/pipeline.lock"]);
        _tree.Files["shop/pipeline.lock"] = Encoding.UTF8.GetBytes(
            string.Join('\n', text.Split('\n').Where(line => !line.Contains("counted.sql", StringComparison.Ordinal)))
                .Replace("\",\n  }", "\"\n  }", StringComparison.Ordinal));

        var version = Assert.Single(await _store.LookAsync(Stop));

        Assert.Null(version.Definition);
        Assert.Contains("counted.sql", version.Faults[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{ \"pipeline\": \"shop\", \"hash\": \"0\", \"files\": {} }")]
    public async Task A_lock_that_is_none_is_said_to_be_none(string text)
    {
        await DeployAsync("shop", "shop", "select 1 as n");
        _tree.Files["shop/pipeline.lock"] = Encoding.UTF8.GetBytes(text);

        var version = Assert.Single(await _store.LookAsync(Stop));

        Assert.True(version is { Definition: null, IsUnfinished: true });
        Assert.Contains("shop/pipeline.lock", version.Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_version_with_a_fault_is_refused_with_its_place()
    {
        await DeployAsync("shop", "shop", "select 1 as n", zone: "Moon/Sea", isChecked: false);

        var version = Assert.Single(await _store.LookAsync(Stop));

        Assert.True(version is { Definition: null, IsUnfinished: false });
        Assert.StartsWith("s3://etl/pipelines/shop/pipeline.json:1:", Assert.Single(version.Faults), StringComparison.Ordinal);
    }

    /// <summary>As the command does: the analysis, the document, the lock.</summary>
    private async Task DeployAsync(string folder, string name, string sql, string zone = "UTC", bool isChecked = true)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["counted.sql"] = Encoding.UTF8.GetBytes(sql),
            ["pipeline.json"] = Encoding.UTF8.GetBytes(Small.Text(name, zone)),
        };
        var definition = isChecked
            ? DefinitionFile.Read("pipeline.json", files.GetValueOrDefault)
            : Small.Of(name);
        var deployed = DeploymentLock.Of(definition, files);
        var below = folder.Length == 0 ? "" : $"{folder}/";
        foreach (var (path, content) in files.Append(KeyValuePair.Create(DeploymentLock.FileName, deployed.ToBytes())))
        {
            await _tree.WriteAsync(below + path, content, Stop);
        }
    }
}
