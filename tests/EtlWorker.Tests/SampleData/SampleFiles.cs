using System.Text;
using EtlWorker.SampleData;

namespace EtlWorker.Tests.SampleData;

/// <summary>Generated files, by name, as bytes or as rows of fields without the header.</summary>
internal static class SampleFiles
{
    public static readonly SampleOptions Options = new() { AsOf = new DateOnly(2024, 2, 29) };

    public static byte[] Bytes(string file, SampleOptions options)
    {
        using var stream = new MemoryStream();
        _ = file switch
        {
            "orders.csv" => SampleFeed.WriteOrders(stream, options),
            "reviews.csv" => SampleFeed.WriteReviews(stream, options),
            "shipment_deliveries.csv" => SampleFeed.WriteShipments(stream, options),
            "dim_dates.csv" => SampleFeed.WriteDates(stream),
            "dim_products.csv" => SampleFeed.WriteProducts(stream),
            _ => throw new ArgumentOutOfRangeException(nameof(file), file, "not a sample file"),
        };
        return stream.ToArray();
    }

    public static string[] Lines(string file, SampleOptions options) =>
        Encoding.UTF8.GetString(Bytes(file, options)).TrimEnd('\n').Split('\n');

    public static string[][] Rows(string file, SampleOptions options) =>
        [.. Lines(file, options).Skip(1).Select(line => line.Split(','))];
}
