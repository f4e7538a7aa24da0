using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Our loader against PostgreSQL's own COPY of CSV, on random tables and documents.</summary>
public sealed class DifferentialTests(PostgresServer postgres)
{
    private const int Lanes = 2;
    private const int DocumentsPerTable = 25;
    private const int MostFailures = 10;
    private readonly Tally _tally = new();
    private readonly int _most = SampleSize.Documents(2_000);
    private int _next = -1;
    private int _version;

    [Fact]
    public async Task Row_for_row_we_load_what_PostgreSQL_loads_but_for_the_differences_that_are_meant()
    {
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(CompareAsync)));

        TestContext.Current.TestOutputHelper?.WriteLine($"{_tally}");
        Assert.True(_tally.Failures.Count == 0, $"{_tally}\n{string.Join("\n\n", _tally.Failures)}");
        Assert.Empty(_tally.Unused(_version));
    }

    [Fact]
    public async Task Each_difference_that_is_meant_is_documented()
    {
        var contracts = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "contracts.md"), TestContext.Current.CancellationToken);
        var section = contracts[contracts.IndexOf("## Stricter than PostgreSQL", StringComparison.Ordinal)..];
        var documented = section[..section.IndexOf("\n## ", StringComparison.Ordinal)]
            .Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1);

        Assert.Equal(IntendedDifference.Names.Order(), documented.Select(line => line.Split('|')[1].Trim()).Order());
    }

    /// <summary>First all that is special about each type, then tables by number, each from a seed of its own.</summary>
    private async Task CompareAsync()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(SqlTypes.Definitions);
        _version = rig.Connection.PostgreSqlVersion.Major;
        var comparison = new Comparison(rig, _tally, TestContext.Current.CancellationToken);
        while (Interlocked.Increment(ref _next) is var at && (at < SampleTable.Catalogue.Count || _tally.Documents < _most)
            && _tally.Failures.Count < MostFailures)
        {
            var number = at - SampleTable.Catalogue.Count;
            var seed = SampleSize.Seed + Math.Max(number, 0);
            var random = new Random(seed);
            await comparison.CompareAsync(seed, number < 0 ? SampleTable.Catalogue[at] : SampleTable.Random(random), table => number < 0
                ? SampleDocument.Catalogue(table, random)
                : Enumerable.Range(0, DocumentsPerTable).Select(_ => SampleDocument.Random(table, random)));
        }
    }
}
