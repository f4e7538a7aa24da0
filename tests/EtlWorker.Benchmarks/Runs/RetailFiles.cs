using EtlWorker.SampleData;

namespace EtlWorker.Benchmarks.Runs;

/// <summary>The files of the retail pipeline of one size, in one order, the same bytes every time.</summary>
/// <param name="Directory">Where they are: <c>orders.csv</c>, <c>reviews.csv</c>, <c>shipment_deliveries.csv</c>.</param>
/// <param name="Dropped">The same in the bucket.</param>
internal sealed record RetailFiles(string Directory, IReadOnlyList<DroppedFile> Dropped)
{
    public static readonly DateOnly AsOf = new(2022, 9, 5);

    /// <summary>Each file and the table that it fills.</summary>
    public static readonly IReadOnlyList<(string File, string Table)> Snapshots =
    [
        ("orders.csv", "staging.orders"),
        ("reviews.csv", "staging.reviews"),
        ("shipment_deliveries.csv", "staging.shipment_deliveries"),
    ];

    /// <returns>The files as the generator makes them, by ascending keys; and with their rows in no order.</returns>
    public static async Task<(RetailFiles InOrder, RetailFiles Shuffled)> MakeAsync(
        int rows, string work, ObjectServer objects, CancellationToken cancellationToken)
    {
        var (ordered, shuffled) = (Path.Combine(work, $"retail-{rows}"), Path.Combine(work, $"retail-{rows}-shuffled"));
        SampleFeed.WriteAll(ordered, new SampleOptions { AsOf = AsOf, Orders = rows });
        System.IO.Directory.CreateDirectory(shuffled);
        foreach (var (file, _) in Snapshots)
        {
            BenchFiles.Shuffle(Path.Combine(ordered, file), Path.Combine(shuffled, file));
        }

        return (await PutAsync(ordered, objects, cancellationToken), await PutAsync(shuffled, objects, cancellationToken));
    }

    private static async Task<RetailFiles> PutAsync(string directory, ObjectServer objects, CancellationToken cancellationToken)
    {
        var dropped = new List<DroppedFile>();
        foreach (var (file, _) in Snapshots)
        {
            dropped.Add(await objects.PutAsync(Path.Combine(directory, file), $"orders_data/{file}", cancellationToken));
        }

        return new RetailFiles(directory, dropped);
    }
}
