using System.Globalization;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Ledger.Runs;

/// <summary>What a check found.</summary>
/// <param name="Check">The check.</param>
/// <param name="Found">Its rows.</param>
/// <param name="Of">Rows of the table that it is judged by a share of; null where it is not, or where it found nothing.</param>
/// <param name="Rows">The first of its rows, where it did not pass.</param>
internal sealed record CheckFinding(CheckDefinition Check, long Found, long? Of, IReadOnlyList<CheckRow> Rows)
{
    public CheckVerdict Verdict => Check.Judge(Found, Of);

    /// <summary>For the notice; never what a row holds.</summary>
    public string Text
    {
        get
        {
            var limit = Check.LimitOf(Verdict);
            var of = Of is { } rows ? string.Create(CultureInfo.InvariantCulture, $" of {rows:N0} in {Check.Of}") : "";
            return $"check {Check.Name} found {Counted.Of(Found, "row")}{of}"
                + (limit is null or { Max: null or 0, MaxPercent: null } ? "" : $"; it may find {limit}");
        }
    }
}

/// <param name="Content">JSON of the row, or what of it is kept.</param>
/// <param name="IsCut">Whether there is more.</param>
internal sealed record CheckRow(string Content, bool IsCut)
{
    /// <summary>Rows of a check that are kept.</summary>
    public const int MostKept = 1000;

    /// <summary>Characters of a row that are kept.</summary>
    public const int MostCharacters = 4096;
}
