using Xunit;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>The exact answers on the reference feed, where it is.</summary>
internal static class ReferenceAnswers
{
    public static DateOnly AsOf { get; } = new(2022, 9, 5);

    public static void SkipWithout() =>
        Assert.SkipUnless(Directory.Exists(Repository.Reference), "the reference feed (../shared/reference) is not beside this checkout");

    /// <summary>Tables and exports hold exactly the expected answers.</summary>
    public static async Task AssertAsync(Rig rig, string runDate)
    {
        foreach (var analysis in Rig.Analyses)
        {
            var file = Path.Combine(Repository.Reference, $"expected_{analysis}.csv");
            // The reference answers carry the as-of date as their ingestion date.
            var expected = (await File.ReadAllTextAsync(file, rig.Token))
                .Replace("\n2022-09-05,", $"\n{runDate},", StringComparison.Ordinal);
            Assert.Equal(expected, await rig.CsvAsync($"select * from analytics.{analysis} where ingestion_date = '{runDate}'"));
            Assert.Equal(expected, await rig.Aws.ReadAsync($"analytics_export/retail/{analysis}.csv", rig.Token));
            Assert.Equal(expected, await rig.Aws.ReadAsync($"analytics_export/retail/{runDate}/{analysis}.csv", rig.Token));
        }
    }
}
