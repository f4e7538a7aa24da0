using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Definitions;

/// <summary>Options of a check that do not go together.</summary>
internal static class CheckFaults
{
    public static IEnumerable<DefinitionFault> In(CheckDefinition check, string path)
    {
        var limits = new[] { (Name: "warn", Limit: check.Warn), (Name: "fail", Limit: check.Fail) };
        if (check.Severity is not null && limits.Any(limit => limit.Limit is not null))
        {
            yield return new($"{path}.severity", $"check {check.Name}: warn and fail say what its rows mean, so leave severity out");
        }

        if (check.Warn is { MaxPercent: null } warn && MostOf(warn) is { } warns && MostOf(check.Fail) is { } fails && fails <= warns)
        {
            yield return new($"{path}.warn.max", $"check {check.Name}: it fails with more than {Counted.Of(fails, "row")}, "
                + $"and so never warns with more than {warns}: warn of fewer rows than it fails with");
        }

        var shares = limits.Where(limit => limit.Limit?.MaxPercent is not null).ToList();
        foreach (var (name, _) in check.Of is null ? shares : [])
        {
            yield return new($"{path}.{name}.maxPercent", $"check {check.Name}: maxPercent is per cent of a table's rows: name it, "
                + "as in \"of\": \"staging.orders\"");
        }

        if (check.Of is not null && shares.Count == 0)
        {
            yield return new($"{path}.of", $"check {check.Name}: of names the table that maxPercent counts, and there is no maxPercent");
        }
    }

    /// <summary>The rows from which on a limit is passed; null where a share alone decides.</summary>
    private static long? MostOf(CheckLimit? limit) => limit is null ? null : limit.Max ?? (limit.MaxPercent is null ? 0 : null);
}
