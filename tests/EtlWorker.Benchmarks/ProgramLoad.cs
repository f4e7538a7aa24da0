namespace EtlWorker.Benchmarks;

/// <summary>
/// Another program that loads a local file: it empties the table and fills it in one transaction, from its start to its end.
/// </summary>
internal sealed class ProgramLoad(DatabaseServer database, TimeProvider time)
{
    private readonly MeasuredProgram _measured = new(database, time);

    public Task<Measurement> CopyAsync(
        string file, string format, long rows, bool keyed, bool pinned, CancellationToken cancellationToken) => MeasureAsync(
        name => (
            database.Psql,
            ["-Xq", "-h", "127.0.0.1", "-p", $"{database.Port}", "-U", "postgres", "-d", name, "-v", "ON_ERROR_STOP=1", "-1",
            "-c", "truncate public.orders", "-c", $"\\copy public.orders from '{file}' with ({format})"]),
        rows, keyed, pinned, cancellationToken);

    public Task<Measurement> PandasAsync(string file, long rows, bool pinned, CancellationToken cancellationToken) => MeasureAsync(
        // Debian's own: its packages are not seen by another Python that stands before it on PATH.
        name => ("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "pandas_execute_values.py"), file,
            $"host=127.0.0.1 port={database.Port} user=postgres dbname={name}"]),
        rows, keyed: false, pinned, cancellationToken);

    private async Task<Measurement> MeasureAsync(
        Func<string, (string Program, string[] Arguments)> command, long rows, bool keyed, bool pinned, CancellationToken cancellationToken)
    {
        var name = await database.CreateAsync(keyed, hasFractions: false, cancellationToken);
        try
        {
            var (program, arguments) = command(name);
            var (took, _) = await _measured.RunAsync(program, arguments, pinned, cancellationToken);
            var loaded = await database.AskAsync(name, "select count(*) from public.orders", cancellationToken);
            return (long)loaded[0] == rows
                ? took
                : throw new InvalidOperationException($"{program} loaded {loaded[0]} rows of {rows}.");
        }
        finally
        {
            await database.DropAsync(name, cancellationToken);
        }
    }
}
