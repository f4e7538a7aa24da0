namespace EtlWorker.Benchmarks;

/// <summary>What is measured.</summary>
internal static class LoadCases
{
    private const string Worker = "EtlWorker, every field checked, from S3 over HTTP";
    private const string Csv = @"psql \copy csv, nothing checked, local file";
    private const string Fractions = "EtlWorker, prices of type numeric";
    private const string Keyed = ", table with its primary key";
    private const string Shuffled = ", rows in no order";
    private const string Repeated = Keyed + ", every hundredth key twice";
    private const string Pinned = ", one core";

    public static IEnumerable<LoadCase> Of(
        BenchFiles files, BenchOptions options, WorkerLoad worker, WorkerLoad? former, ProgramLoad program)
    {
        var rows = files.Rows;
        LoadCase WorkerCase(string name, Peer peer, DroppedFile file, bool keyed = false, bool pinned = false) =>
            new(name, rows, cancellation => worker.MeasureAsync(file, rows, keyed, pinned, cancellation)) { Pinned = pinned, Peer = peer };
        IEnumerable<LoadCase> BaseCases(string name, DroppedFile file, bool keyed = false) => former is null
            ? []
            : [
                new($"EtlWorker of --base{name}", rows, cancellation => former.MeasureAsync(file, rows, keyed, false, cancellation))
                {
                    Peer = new Peer(Worker + name, "this build"),
                },
            ];
        LoadCase CsvCase(string name, string file, bool keyed = false, bool pinned = false) =>
            new(name, rows, cancellation => program.CopyAsync(file, "format csv, header", rows, keyed, pinned, cancellation))
            {
                Pinned = pinned,
                Peer = Psql(name),
            };

        yield return CsvCase(Csv, files.Clean);
        yield return WorkerCase(Worker, Psql(Csv), files.DroppedClean);
        if (rows == BenchOptions.FewRows)
        {
            yield break;
        }

        var earlier = BaseCases("", files.DroppedClean).Concat(BaseCases(Keyed, files.DroppedClean, keyed: true))
            .Concat(BaseCases(Repeated, files.DroppedRepeated, keyed: true));
        foreach (var one in earlier)
        {
            yield return one;
        }

        yield return WorkerCase("EtlWorker, 10 % of the rows refused", new Peer(Worker, "the clean file"), files.DroppedBad);
        yield return WorkerCase(Fractions, new Peer(Worker, "whole prices"), files.DroppedFractions);
        yield return WorkerCase(
            "EtlWorker, the same with decimal commas and dd.MM.yyyy", new Peer(Fractions, "PostgreSQL's form"), files.DroppedGerman);
        yield return new LoadCase(@"psql \copy binary of a file made before", rows, cancellation =>
            program.CopyAsync(files.Binary, "format binary", rows, keyed: false, pinned: false, cancellation))
        { Peer = Psql(Csv) };
        if (rows <= options.PandasUpTo)
        {
            yield return new LoadCase("pandas read_csv + psycopg2 execute_values", rows, cancellation =>
                program.PandasAsync(files.Clean, rows, pinned: false, cancellation))
            { Peer = new Peer(Worker, "EtlWorker") };
        }

        yield return CsvCase(Csv + Keyed, files.Clean, keyed: true);
        yield return WorkerCase(Worker + Keyed, Psql(Csv + Keyed), files.DroppedClean, keyed: true);
        yield return CsvCase(Csv + Keyed + Shuffled, files.Shuffled, keyed: true);
        yield return WorkerCase(Worker + Keyed + Shuffled, Psql(Csv + Keyed + Shuffled), files.DroppedShuffled, keyed: true);
        yield return WorkerCase(Worker + Repeated, new Peer(Worker + Keyed, "the clean file"), files.DroppedRepeated, keyed: true);
        yield return CsvCase(Csv + Pinned, files.Clean, pinned: true);
        yield return WorkerCase(Worker + Pinned, Psql(Csv + Pinned), files.DroppedClean, pinned: true);
    }

    private static Peer Psql(string name) => new(name, "psql csv");
}
