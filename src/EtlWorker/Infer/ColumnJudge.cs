using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Decides what a column is: the narrowest type that all values have and that reads each in one way only, else text.</summary>
internal static class ColumnJudge
{
    /// <param name="profile">All values of the column.</param>
    /// <param name="header">What the file calls it.</param>
    /// <param name="places">Names lines.</param>
    public static ColumnGuess Judge(ColumnProfile profile, string header, Places places)
    {
        var guess = OfValues(profile, header, places);
        var nulls = profile.Nulls.Seen.ToList();
        if (guess.IsText)
        {
            return guess with
            {
                Doubts = [.. guess.Doubts, .. TextNulls(nulls, places)],
                Remarks = [.. guess.Remarks, .. TextRemarks(profile)],
            };
        }

        return nulls.Count == 0 ? guess : guess with
        {
            Format = guess.Format with { Nulls = ["", .. nulls.Select(word => word.Word)] },
            Remarks =
            [
                .. guess.Remarks,
                $"NULL is also written {Listed(nulls, places)}: no {guess.Type} is written so. A quoted word is no NULL.",
            ],
        };
    }

    private static ColumnGuess OfValues(ColumnProfile profile, string header, Places places)
    {
        if (profile.Values == 0)
        {
            return ColumnGuess.OfText(profile.Rows == 0 ? "the file has no rows" : "no row has a value", profile.Rows == 0
                ? "The type cannot be known without rows."
                : "The type cannot be known: no row has a value. Write the type that the values will have.");
        }

        var guess = profile.DateTimes.HasAll && DateTimeJudge.Judge(profile.DateTimes, profile.Numbers, header, places) is { } date ? date
            : profile.Numbers.HasAll ? NumberJudge.Judge(profile.Numbers, profile.DateTimes, places)
            : profile.Words.Pair() is { } pair ? OfPair(pair)
            : profile.Uuids.HasAll ? new ColumnGuess("uuid", new ColumnDefinition(), "every value is a UUID")
            : profile.Documents.HasAll ? new ColumnGuess("json", new ColumnDefinition(), "every value is a JSON object or array")
            {
                Remarks = ["`jsonb` can be indexed; it does not keep the order of keys, repeated keys and spaces."],
            }
            : ColumnGuess.OfText("the values have no other type in common", NearMisses(profile, places));
        return profile.Values == 1 && !guess.IsText
            ? guess with { Remarks = [.. guess.Remarks, $"One row alone has a value: {places.Of(profile.First!)}."] }
            : guess;
    }

    private static ColumnGuess OfPair((string True, string False) pair)
    {
        var isKnown = pair is ("true", "false") or ("t", "f") || (pair.True.Equals("true", StringComparison.OrdinalIgnoreCase)
            || pair.True.Equals("t", StringComparison.OrdinalIgnoreCase));
        return new ColumnGuess("boolean", new ColumnDefinition { Booleans = isKnown ? null : [$"{pair.True}/{pair.False}"] },
            $"every value is {Places.Code(pair.True)} or {Places.Code(pair.False)}")
        {
            Remarks = isKnown ? [] : ["If these are codes and not yes and no: type text, without `booleans`."],
        };
    }

    private static IEnumerable<string> NearMisses(ColumnProfile profile, Places places)
    {
        foreach (var (kind, values) in new (string, KindProfile)[]
        {
            ("numbers", profile.Numbers), ("dates or times", profile.DateTimes), ("UUIDs", profile.Uuids), ("JSON", profile.Documents),
        })
        {
            if (values.HasMost)
            {
                yield return $"All but {values.ExceptionCount:N0} of {Counted.Of(profile.Values, "value")} are {kind}. The others: "
                    + $"{places.Of(values.Exceptions)}{(values.ExceptionCount > values.Exceptions.Count ? ", ..." : "")}. "
                    + "If these are faults, write that type: their rows are then rejected. If they mean no value, add them to the "
                    + "column's `nulls`.";
            }
        }

        if (profile.Words is { HasAll: true, Words: [var only] } && only.Length <= 3)
        {
            yield return $"Every value is {Places.Code(only)}. If that is yes, and another word no: type boolean, with "
                + "`\"booleans\": [\"yes/no\"]` in these words.";
        }
    }

    private static IEnumerable<string> TextNulls(List<(string Word, long Count, Place First)> nulls, Places places) =>
        nulls.Count == 0 ? [] :
    [
        $"{Listed(nulls, places)}: loaded as text, because it may be a value (`NA` is Namibia). "
            + $"If it means no value, write `\"nulls\": [\"\", {string.Join(", ", nulls.Select(word => JsonText.Quote(word.Word)))}]`.",
    ];

    private static IEnumerable<string> TextRemarks(ColumnProfile profile)
    {
        if (profile.Longest > 0)
        {
            yield return $"The longest value has {Counted.Of(profile.Longest, "character")}.";
        }

        if (profile.QuotedEmpty > 0 && profile.Empty > 0)
        {
            yield return $"{Counted.Of(profile.Empty, "field")} without quotes are NULL, {profile.QuotedEmpty:N0} of `\"\"` are empty "
                + $"text.";
        }
    }

    private static string Listed(List<(string Word, long Count, Place First)> nulls, Places places) =>
        string.Join(", ", nulls.Select(word =>
        $"{Places.Code(word.Word)} ({Counted.Of(word.Count, "row")}, first {places.Of(word.First)})"));
}
