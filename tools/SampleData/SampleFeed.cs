namespace EtlWorker.SampleData;

/// <summary>
/// Writes the files of the retail pipeline, each to a directory or alone to a stream, which stays open.
/// Every method returns the number of rows written, the header left out.
/// </summary>
public static class SampleFeed
{
    public static IReadOnlyList<SampleFile> WriteAll(string directory, SampleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfOutOfRange();
        Directory.CreateDirectory(directory);
        return
        [
            WriteFile("orders.csv", stream => WriteOrders(stream, options)),
            WriteFile("reviews.csv", stream => WriteReviews(stream, options)),
            WriteFile("shipment_deliveries.csv", stream => WriteShipments(stream, options)),
            WriteFile("dim_dates.csv", WriteDates),
            WriteFile("dim_products.csv", WriteProducts),
        ];

        SampleFile WriteFile(string name, Func<Stream, int> write)
        {
            using var stream = File.Create(Path.Combine(directory, name), bufferSize: 0);
            var rows = write(stream);
            return new SampleFile(name, rows, stream.Length);
        }
    }

    public static int WriteOrders(Stream stream, SampleOptions options) => Write(stream, options, OrdersFile.Write);

    public static int WriteReviews(Stream stream, SampleOptions options) => Write(stream, options, ReviewsFile.Write);

    public static int WriteShipments(Stream stream, SampleOptions options) => Write(stream, options, ShipmentsFile.Write);

    public static int WriteDates(Stream stream) => Write(stream, DatesFile.Write);

    public static int WriteProducts(Stream stream) => Write(stream, ProductCatalog.Write);

    private static int Write(Stream stream, SampleOptions options, Func<CsvWriter, SampleOptions, int> write)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfOutOfRange();
        return Write(stream, csv => write(csv, options));
    }

    private static int Write(Stream stream, Func<CsvWriter, int> write)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var csv = new CsvWriter(stream);
        var rows = write(csv);
        csv.Flush();
        return rows;
    }
}
