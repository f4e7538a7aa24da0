using System.Globalization;
using System.Text;

namespace EtlWorker.Benchmarks.Runs;

/// <summary>What a person would write for psql to do the retail run by hand: one transaction, and the results as CSV after it.</summary>
internal static class RetailScript
{
    private const string Mark = "at ";

    /// <param name="pipeline">Whose checks and analyses are made.</param>
    /// <param name="files">The folder of the snapshots.</param>
    /// <param name="results">The folder for the results.</param>
    public static string Of(RetailPipeline pipeline, string files, string results)
    {
        var script = new StringBuilder().AppendLine("begin;").AppendLine(Clock)
            .AppendLine($"truncate {string.Join(", ", RetailFiles.Snapshots.Select(snapshot => snapshot.Table))};");
        foreach (var (file, table) in RetailFiles.Snapshots)
        {
            script.AppendLine($@"\copy {table} from '{Path.Combine(files, file)}' with (format csv, header)");
        }

        script.AppendLine(Clock);
        foreach (var check in pipeline.Checks)
        {
            script.AppendLine($"select count(*) from (\n{check}\n) as offending;");
        }

        script.AppendLine(Clock);
        foreach (var (table, sql) in pipeline.Analyses)
        {
            script.AppendLine($"insert into {table} select current_date, result.* from (\n{sql}\n) as result;");
        }

        script.AppendLine(Clock).AppendLine("commit;");
        foreach (var (table, _) in pipeline.Analyses)
        {
            script.AppendLine($@"\copy (select * from {table}) to '{Path.Combine(results, table)}.csv' with (format csv, header)");
        }

        return script.ToString();
    }

    /// <summary>Prints the time, in seconds.</summary>
    private const string Clock = $"select '{Mark}' || extract(epoch from clock_timestamp());";

    /// <param name="output">Of a script that has printed the time before the load, and after load, checks and analyses.</param>
    public static RunStages StagesOf(string output)
    {
        double[] times = [.. output.Split('\n').Where(line => line.StartsWith(Mark, StringComparison.Ordinal))
            .Select(line => double.Parse(line[Mark.Length..], CultureInfo.InvariantCulture))];
        TimeSpan Between(int stage) => TimeSpan.FromSeconds(times[stage + 1] - times[stage]);
        return new RunStages(Between(0), Between(1), Between(2));
    }
}
