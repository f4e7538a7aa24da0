namespace EtlWorker.Benchmarks;

/// <summary>What is measured.</summary>
internal static class LoadCases
{
    private const string Worker = "EtlWorker, every field checked, from S3 over HTTP";
    private const string Csv = @"psql \copy csv, nothing checked, local file";
    private const string Fractions = "EtlWorker, prices of type numeric";
    private const string Keyed = ", table with its primary key";
    private const string Pinned = ", one core";

    public static IEnumerable<LoadCase> Of(BenchFiles files, BenchOptions options, WorkerLoad worker, ProgramLoad program)
    {
        var rows = files.Rows;
        LoadCase WorkerCase(string name, Peer peer, DroppedFile file, bool keyed = false, bool pinned = false) =>
            new(name, rows, cancellation => worker.MeasureAsync(file, rows, keyed, pinned, cancellation)) { Pinned = pinned, Peer = peer };
        LoadCase CsvCase(string name, bool keyed = false, bool pinned = false) =>
            new(name, rows, cancellation => program.CopyAsync(files.Clean, "format csv, header", rows, keyed, pinned, cancellation))
            {
                Pinned = pinned,
                Peer = Psql(name),
            };

        yield return CsvCase(Csv);
        yield return WorkerCase(Worker, Psql(Csv), files.DroppedClean);
        if (rows == BenchOptions.FewRows)
        {
            yield break;
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

        yield return CsvCase(Csv + Keyed, keyed: true);
        yield return WorkerCase(Worker + Keyed, Psql(Csv + Keyed), files.DroppedClean, keyed: true);
        yield return CsvCase(Csv + Pinned, pinned: true);
        yield return WorkerCase(Worker + Pinned, Psql(Csv + Pinned), files.DroppedClean, pinned: true);
    }

    private static Peer Psql(string name) => new(name, "psql csv");
}
