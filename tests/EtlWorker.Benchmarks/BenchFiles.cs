using EtlWorker.SampleData;

namespace EtlWorker.Benchmarks;

/// <summary>The files of one size: orders by the generator of the sample feed, the same bytes every time.</summary>
/// <param name="Rows">Of each file.</param>
/// <param name="Clean">The path of the file without a bad row.</param>
/// <param name="DroppedClean">The same in the bucket.</param>
/// <param name="DroppedBad">A tenth of its rows is refused.</param>
/// <param name="DroppedFractions">Prices with cents, as PostgreSQL writes them.</param>
/// <param name="DroppedGerman">The same values with semicolons, decimal commas and dd.MM.yyyy.</param>
/// <param name="Shuffled">The path of the clean rows in no order.</param>
/// <param name="DroppedShuffled">The same in the bucket.</param>
/// <param name="DroppedRepeated">The key of every hundredth row is that of the row before.</param>
/// <param name="Binary">The path of the clean rows in COPY's binary format.</param>
internal sealed record BenchFiles(
    int Rows, string Clean, DroppedFile DroppedClean, DroppedFile DroppedBad, DroppedFile DroppedFractions, DroppedFile DroppedGerman,
    string Shuffled, DroppedFile DroppedShuffled, DroppedFile DroppedRepeated, string Binary)
{
    private const string German = """, "delimiter": ";", "decimal": ",", "thousands": ".", "dates": ["dd.MM.yyyy"]""";

    private static readonly DateOnly AsOf = new(2022, 9, 5);

    public static async Task<BenchFiles> MakeAsync(
        int rows, string work, DatabaseServer database, ObjectServer objects, CancellationToken cancellationToken)
    {
        var (clean, bad, binary) =
            (Path.Combine(work, $"orders-{rows}.csv"), Path.Combine(work, $"bad-{rows}.csv"), Path.Combine(work, $"orders-{rows}.bin"));
        Write(clean, rows, badRows: 0);
        Write(bad, rows, badRows: rows / 10);
        var name = await database.CreateAsync(keyed: false, hasFractions: false, cancellationToken);
        using var copy = new Child(
            database.Psql,
            ["-Xq", "-h", "127.0.0.1", "-p", $"{database.Port}", "-U", "postgres", "-d", name, "-v", "ON_ERROR_STOP=1",
            "-c", $"\\copy public.orders from '{clean}' with (format csv, header)", "-c",
            $"\\copy public.orders to '{binary}' with (format binary)"]);
        await copy.EndAsync(cancellationToken);
        await database.DropAsync(name, cancellationToken);
        var (fractions, german) = (Path.Combine(work, $"fractions-{rows}.csv"), Path.Combine(work, $"german-{rows}.csv"));
        Rewrite(clean, fractions, ',', date => date, '.');
        Rewrite(clean, german, ';', date => $"{date[8..]}.{date[5..7]}.{date[..4]}", ',');
        var (shuffled, repeated) = (Path.Combine(work, $"shuffled-{rows}.csv"), Path.Combine(work, $"repeated-{rows}.csv"));
        Shuffle(clean, shuffled);
        Repeat(clean, repeated);
        return new BenchFiles(
            rows, clean, await objects.PutAsync(clean, cancellationToken), await objects.PutAsync(bad, cancellationToken),
            await objects.PutAsync(fractions, cancellationToken) with { HasFractions = true },
            await objects.PutAsync(german, cancellationToken) with { HasFractions = true, Options = German },
            shuffled, await objects.PutAsync(shuffled, cancellationToken), await objects.PutAsync(repeated, cancellationToken), binary);
    }

    /// <summary>The same orders with cents, in another form.</summary>
    private static void Rewrite(string clean, string path, char delimiter, Func<string, string> date, char sign)
    {
        using var output = new StreamWriter(path);
        foreach (var (number, line) in File.ReadLines(clean).Index())
        {
            var fields = line.Split(',');
            if (number > 0)
            {
                fields[2] = date(fields[2]);
                (fields[4], fields[6]) = ($"{fields[4]}{sign}{number % 100:00}", $"{fields[6]}{sign}{number % 100:00}");
            }

            output.Write(string.Join(delimiter, fields) + '\n');
        }
    }

    /// <summary>The same lines in no order, behind the same header.</summary>
    public static void Shuffle(string clean, string path)
    {
        var lines = File.ReadAllLines(clean);
        // The same order every time.
        new Random(1).Shuffle(lines.AsSpan(1));
        using var output = new StreamWriter(path);
        foreach (var line in lines)
        {
            output.Write(line + '\n');
        }
    }

    private static void Repeat(string clean, string path)
    {
        using var output = new StreamWriter(path);
        var former = "";
        foreach (var (number, line) in File.ReadLines(clean).Index())
        {
            var key = line[..line.IndexOf(',', StringComparison.Ordinal)];
            output.Write((number > 1 && number % 100 == 0 ? former : key) + line[key.Length..] + '\n');
            former = key;
        }
    }

    private static void Write(string path, int rows, int badRows)
    {
        using var stream = File.Create(path, bufferSize: 0);
        SampleFeed.WriteOrders(stream, new SampleOptions { AsOf = AsOf, Orders = rows, BadRows = badRows });
    }
}
