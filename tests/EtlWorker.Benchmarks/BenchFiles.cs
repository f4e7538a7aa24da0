using EtlWorker.SampleData;

namespace EtlWorker.Benchmarks;

/// <summary>The files of one size: orders by the generator of the sample feed, the same bytes every time.</summary>
internal sealed record BenchFiles(int Rows, string Clean, DroppedFile DroppedClean, DroppedFile DroppedBad, string Binary)
{
    private static readonly DateOnly AsOf = new(2022, 9, 5);

    public static async Task<BenchFiles> MakeAsync(
        int rows, string work, DatabaseServer database, ObjectServer objects, CancellationToken cancellationToken)
    {
        var (clean, bad, binary) =
            (Path.Combine(work, $"orders-{rows}.csv"), Path.Combine(work, $"bad-{rows}.csv"), Path.Combine(work, $"orders-{rows}.bin"));
        Write(clean, rows, badRows: 0);
        Write(bad, rows, badRows: rows / 10);
        var name = await database.CreateAsync(keyed: false, cancellationToken);
        using var copy = new Child(
            database.Psql,
            ["-Xq", "-h", "127.0.0.1", "-p", $"{database.Port}", "-U", "postgres", "-d", name, "-v", "ON_ERROR_STOP=1",
            "-c", $"\\copy public.orders from '{clean}' with (format csv, header)", "-c",
            $"\\copy public.orders to '{binary}' with (format binary)"]);
        await copy.EndAsync(cancellationToken);
        await database.DropAsync(name, cancellationToken);
        return new BenchFiles(
            rows, clean, await objects.PutAsync(clean, cancellationToken), await objects.PutAsync(bad, cancellationToken), binary);
    }

    private static void Write(string path, int rows, int badRows)
    {
        using var stream = File.Create(path, bufferSize: 0);
        SampleFeed.WriteOrders(stream, new SampleOptions { AsOf = AsOf, Orders = rows, BadRows = badRows });
    }
}
