using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with what a feed, or one of its columns, says of the form of values and lines.</summary>
internal static class FormatFaults
{
    private const int MostSkippedLines = 10_000;
    private const int MostLastLines = 1_000;
    private const int Months = 12;

    /// <param name="feed">The feed.</param>
    /// <param name="path">Its JSON path.</param>
    public static IEnumerable<DefinitionFault> In(FeedDefinition feed, string path)
    {
        var ofValues = ValueFaults(feed).ToList();
        return LineFaults(feed).Concat(ColumnFaults(feed)).Concat(ofValues)
            .Select(fault => new DefinitionFault($"{path}.{fault.Property}", $"feed {feed.Name}: {fault.Message}"))
            .Concat(feed.Columns.ByName.Where(column => column.Value with { Name = null } != new ColumnDefinition()).SelectMany(
                column => ValueFaults(feed.FormatOf(column.Key)).Except(ofValues).Select(fault => new DefinitionFault(
                    $"{JsonPath.Of($"{path}.columns", column.Key)}.{fault.Property}",
                    $"feed {feed.Name}, column {column.Key}: {fault.Message}"))));
    }

    private static IEnumerable<(string Property, string Message)> LineFaults(FeedDefinition feed)
    {
        if (feed.SkipLines is < 0 or > MostSkippedLines)
        {
            yield return ("skipLines", $"skipLines must lie between 0 and {MostSkippedLines:N0}");
        }

        if (feed.SkipLastLines is < 0 or > MostLastLines)
        {
            yield return ("skipLastLines", $"skipLastLines must lie between 0 and {MostLastLines:N0}");
        }

        if (feed.Comment is { } comment && (comment is <= ' ' or > '~' || comment == feed.Delimiter || comment == feed.Quote))
        {
            yield return ("comment", "comment must be a printable ASCII character, and neither the delimiter nor the quote");
        }

        if (feed.Trim && (feed.Delimiter == ' ' || feed.Quote == ' '))
        {
            yield return ("trim",
                $"trim leaves out spaces, and the {(feed.Quote == ' ' ? "quote" : "delimiter")} is one; leave one of them out");
        }
    }

    private static IEnumerable<(string Property, string Message)> ColumnFaults(FeedDefinition feed)
    {
        if (feed is { Header: true, Columns.InOrder: not null })
        {
            yield return ("columns",
                "columns is a list, which is for a file without a header: say \"header\": false, or write it as an object");
        }

        if (feed.Columns.InOrder is { } listed)
        {
            if (listed.Count == 0)
            {
                yield return ("columns", "columns lists no column; leave it out where the file has all columns of the table");
            }

            foreach (var twice in listed.GroupBy(name => name).Where(group => group.Count() > 1))
            {
                yield return ("columns", $"columns lists {twice.Key} twice");
            }
        }
    }

    /// <param name="format">As the feed has it, or a column with what it takes from its feed.</param>
    private static IEnumerable<(string Property, string Message)> ValueFaults(ValueFormat format)
    {
        if (format.Decimal is not (null or '.' or ','))
        {
            yield return ("decimal", "decimal is \".\" or \",\"");
        }

        if (format.Thousands is not (null or '.' or ',' or '\'' or ' '))
        {
            yield return ("thousands", "thousands is \".\", \",\", \"'\" or a space");
        }

        if (format.Thousands is { } separator && separator == (format.Decimal ?? '.'))
        {
            yield return ("thousands", $"thousands is '{separator}', which is the decimal sign"
                + (format.Decimal is null ? ": say \"decimal\": \",\" as well" : ""));
        }

        if (format.PivotYear is < 99 or > 9999)
        {
            yield return ("pivotYear", "pivotYear is the last year that a year of two digits can be, 2049: between 99 and 9999");
        }

        if (format.TimeZone is { } zone && !(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) && known.HasIanaId))
        {
            yield return ("timeZone", $"timeZone '{zone}' is no IANA zone, such as Europe/Berlin");
        }

        if (format.Months is { } months && (months.Count != Months || months.Any(string.IsNullOrWhiteSpace)
            || months.Distinct(StringComparer.OrdinalIgnoreCase).Count() != Months))
        {
            yield return ("months", "months names the twelve months, from January on, each once");
        }
        else
        {
            foreach (var fault in FormFaults("dates", format.Dates, format).Concat(FormFaults("timestamps", format.Timestamps, format))
                .Concat(FormFaults("times", format.Times, format)))
            {
                yield return fault;
            }
        }

        foreach (var fault in WordFaults(format.Booleans))
        {
            yield return fault;
        }
    }

    private static IEnumerable<(string Property, string Message)> FormFaults(
        string option, IReadOnlyList<string>? texts, ValueFormat format)
    {
        if (texts is null)
        {
            yield break;
        }

        if (texts.Count == 0)
        {
            yield return (option, $"{option} lists no form; leave it out for the one that PostgreSQL writes");
        }

        var forms = new List<DateTimeForm>();
        foreach (var text in texts)
        {
            var fault = DateTimeForm.Parse(text, format.Months, format.PivotYear, out var form)
                ?? (option == "dates" && !form!.HasDate ? "names no date"
                    : option == "timestamps" && !form!.HasDate ? "names no date"
                    : option == "times" && (form!.HasDate || !form.HasTime || form.HasOffset) ? "is no time of day alone"
                    : option == "dates" && form!.HasOffset ? "has an offset, which a date has not"
                    : null);
            if (fault is not null)
            {
                yield return (option, $"{option}: '{text}' {fault}");
            }
            else
            {
                forms.Add(form!);
            }
        }

        if (DateTimeFormat.Conflict(forms) is var (one, other, sample))
        {
            yield return (option, $"{option}: '{one.Text}' and '{other.Text}' read {sample} differently; leave one of them out");
        }
    }

    private static IEnumerable<(string Property, string Message)> WordFaults(IReadOnlyList<string>? pairs)
    {
        if (pairs is null)
        {
            yield break;
        }

        if (pairs.Count == 0 || pairs.Any(pair => pair.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]))
        {
            yield return ("booleans", "booleans lists pairs of words, for true and for false: [\"Y/N\", \"ja/nein\"]");
            yield break;
        }

        var words = pairs.Select(pair => pair.Split('/')).ToList();
        var falses = words.Select(pair => pair[1]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var both in words.Select(pair => pair[0]).Where(falses.Contains).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            yield return ("booleans", $"booleans: '{both}' is a word for true and for false");
        }
    }
}
