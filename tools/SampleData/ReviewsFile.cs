namespace EtlWorker.SampleData;

/// <summary>reviews.csv: stars without a key, so nearly every row repeats an earlier one.</summary>
internal static class ReviewsFile
{
    public static int Write(CsvWriter csv, SampleOptions options)
    {
        csv.Header("review,product_id"u8);
        csv.EndRow();
        var random = new SplitMix64(options.Seed, RandomStream.Reviews);
        var reviews = (int)(options.Orders * 72L / 100);
        for (var row = 0; row < reviews; row++)
        {
            csv.Field(random.Between(1, 5));
            csv.Field(random.Between(1, ProductCatalog.Count));
            csv.EndRow();
        }

        return reviews;
    }
}
