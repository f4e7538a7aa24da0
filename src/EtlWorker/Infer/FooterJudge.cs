namespace EtlWorker.Infer;

/// <summary>Tells totals and remarks at the end of a file from its rows.</summary>
internal static class FooterJudge
{
    /// <summary>How many rows at the end are looked at.</summary>
    public const int Most = 12;

    private const int MostFooters = 8;
    private const int LeastRows = 2;

    private static readonly string[] Words =
    [
        "total", "totals", "grand total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "endsumme", "somme", "suma",
        "totale", "totaal", "итого", "всего", "razem", "összesen", "celkem", "合計", "合计", "end", "end of file", "eof", "ende", "fin",
        "rows", "records", "count", "anzahl", "number of", "generated", "report", "(", "trailer",
    ];

    /// <param name="last">The last rows of a file, which are in no profile yet.</param>
    /// <param name="profile">All rows before.</param>
    /// <param name="fields">Fields of a row.</param>
    /// <param name="isCutOff">Whether the file ends without a line end, so that the last row may be part of one.</param>
    /// <returns>How many of the last rows are none.</returns>
    public static int Count(IReadOnlyList<Row> last, FeedProfile profile, int fields, bool isCutOff)
    {
        var count = 0;
        while (count < Math.Min(last.Count, MostFooters))
        {
            var before = profile.Rows > Most
                ? new SampledColumns(profile.Columns)
                : new SampledColumns(last.Take(last.Count - count - 1), fields);
            var isEnough = profile.Rows > Most || last.Count - count - 1 >= LeastRows;
            if (!isEnough || !IsFooter(last[^(count + 1)], before, fields, isCutOff && count == 0))
            {
                break;
            }

            count++;
        }

        return count;
    }

    private static bool IsFooter(Row row, SampledColumns columns, int fields, bool isCutOff)
    {
        var hasWord = HasWord(row.FirstText());
        if (row.IsMalformed)
        {
            return false;
        }

        if (row.FieldCount != fields)
        {
            return hasWord || (!isCutOff && row.FilledCount == 1 && fields > 2 && columns.Contradictions(row) > 0);
        }

        var isSparse = row.FilledCount * 2 <= fields;
        var contradicts = columns.Contradictions(row) > 0;
        return fields > 1 && ((contradicts && (hasWord || (isSparse && columns.Gaps(row) > 0)))
            || (hasWord && isSparse && columns.Gaps(row) > 0));
    }

    private static bool HasWord(string text) => Array.Exists(Words, word => text.StartsWith(word, StringComparison.OrdinalIgnoreCase)
        && (text.Length == word.Length || word == "(" || !char.IsLetterOrDigit(text[word.Length])));
}
