using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Infers a feed and its table from files of one kind.</summary>
internal static class FeedInference
{
    private const int MostReadings = 5;

    // Of the packed bytes that a feed takes without a word.
    private const long UsualUnpackedBytes = 4L << 30;

    /// <param name="files">At least one; of more than one each is like the others.</param>
    /// <param name="name">The feed's and the table's.</param>
    /// <param name="pattern">The feed's object.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<FeedProposal> InferAsync(
        IReadOnlyList<InspectedFile> files, string name, (string Object, bool HasStar) pattern, CancellationToken cancellationToken)
    {
        var sources = files.Select(file => file.Source).ToList();
        // A file of ASCII alone says nothing of the encoding.
        var telling = files.FirstOrDefault(file => !file.Census.IsAscii) ?? files[0];
        List<string> doubts = [];
        var (layout, profile, footers) = await ReadAsync(
            telling.Layout with { Feed = telling.Layout.Feed with { Name = name, Table = $"staging.{name}", Object = pattern.Object } },
            sources, [.. files.Select(file => file.Census)], doubts, cancellationToken);
        var places = new Places([.. sources.Select(source => source.Name)]);
        var columns = Columns(layout, profile, places);
        List<string> remarks = [];
        var feed = WithTrim(layout.Feed, columns, places, doubts, remarks);
        feed = WithFooter(feed, footers, sources, doubts);
        feed = WithParts(feed, files, pattern, doubts);
        feed = feed with { MaxUnpackedBytes = MaxUnpackedBytes(files) };
        (feed, columns, var trial) = await TryAsync(feed, layout, columns, sources, places, cancellationToken);
        feed = WithLimit(feed, trial, doubts);
        doubts.AddRange(layout.Doubts);
        remarks.AddRange(Exceptions(profile, places, feed));
        return new FeedProposal(feed, columns, files, layout, profile, trial) { Places = places, Doubts = doubts, Remarks = remarks };
    }

    private static async Task<(Layout Layout, FeedProfile Profile, IReadOnlyList<Footer> Footers)> ReadAsync(
        Layout layout, IReadOnlyList<SourceFile> files, IReadOnlyList<ByteCensus> censuses, List<string> doubts,
        CancellationToken cancellationToken)
    {
        for (var reading = 1; ; reading++)
        {
            try
            {
                var (profile, footers) = await FeedProfiler.ReadAsync(layout, files, censuses, cancellationToken);
                if (reading == MostReadings || Otherwise(layout, profile, censuses) is not { } other)
                {
                    return (layout, profile, footers);
                }

                layout = other;
            }
            catch (RunFailedException fault) when (layout.Feed.QuotedNewlines)
            {
                layout = layout with { Feed = layout.Feed with { QuotedNewlines = false } };
                doubts.Add($"{fault.Fault.Cause}. With `\"quotedNewlines\": false` such a quote costs its own row only. "
                    + "If fields have line breaks, correct the quote and leave `quotedNewlines` out.");
            }
            catch (RunFailedException fault)
            {
                throw new CannotInferException(fault.Fault.Advice);
            }
        }
    }

    /// <returns>How else the files are to be read, as their rows show; null where they are read right.</returns>
    private static Layout? Otherwise(Layout layout, FeedProfile profile, IReadOnlyList<ByteCensus> censuses)
    {
        if (profile is { MalformedCount: > 0, Quoted: 0 } && layout.Feed.Quote == '"')
        {
            var feed = DelimiterSniffer.WithoutQuotes(layout.Feed, censuses[0]);
            return layout with
            {
                Feed = feed,
                Reasons = [.. layout.Reasons, ("quote", $"none: `\"` stands inside fields and around none. "
                    + $"{DelimiterSniffer.NameOf(feed.Quote)}"
                    + " is written as quote, so that `\"` is a character like any other")],
            };
        }

        return profile.CommentLike > 0 && profile.CommentLike == profile.UnevenCount && layout.Feed.Comment is null
            && !layout.Names[0].StartsWith('#')
                ? layout with
                {
                    Feed = layout.Feed with { Comment = '#' },
                    Reasons = [.. layout.Reasons, ("comment", $"`#`: {Counted.Of(profile.CommentLike, "line")} begin with it and are "
                        + $"no rows")],
                }
                : null;
    }

    private static List<ProposedColumn> Columns(Layout layout, FeedProfile profile, Places places)
    {
        var names = SqlNames.Of(layout.Names);
        return [.. profile.Columns.Select((column, index) =>
            new ProposedColumn(names[index], layout.Names[index], ColumnJudge.Judge(column, layout.Names[index], places), column))];
    }

    private static FeedDefinition WithTrim(
        FeedDefinition feed, List<ProposedColumn> columns, Places places, List<string> doubts, List<string> remarks)
    {
        var padded = columns.Where(column => column.Profile.Padded > 0).ToList();
        var typed = padded.Where(column => !column.Guess.IsText).ToList();
        var texts = padded.Where(column => column.Guess.IsText).ToList();
        if (typed.Count > 0 || feed.Trim)
        {
            remarks.Add($"Spaces around fields without quotes are left out (`trim`)"
                + (typed.Count > 0 ? $", as in {typed[0].Name}, {places.Of(typed[0].Profile.FirstPadded!)}." : "."));
            if (texts.Count > 0 && typed.Count > 0)
            {
                doubts.Add($"`trim` also leaves out the spaces around the texts of "
                    + $"{string.Join(", ", texts.Take(5).Select(column => column.Name))}, "
                    + $"{places.Of(texts[0].Profile.FirstPadded!)}. If they matter there, have the fields quoted.");
            }

            return feed with { Trim = true };
        }

        if (texts.Count > 0)
        {
            remarks.Add($"Texts with spaces around are loaded with them: {string.Join(", ", texts.Take(5).Select(column =>
                $"{column.Name}, {Counted.Of(column.Profile.Padded, "row")}, {places.Of(column.Profile.FirstPadded!)}"))}. "
                + "`\"trim\": true` leaves them out, in all columns.");
        }

        return feed;
    }

    private static FeedDefinition WithFooter(
        FeedDefinition feed, IReadOnlyList<Footer> footers, List<SourceFile> files, List<string> doubts)
    {
        var lines = footers.Min(footer => footer.Lines);
        var longest = footers.Max(footer => footer.Lines);
        if (longest == 0)
        {
            return feed;
        }

        var file = files[footers.ToList().FindIndex(footer => footer.Lines == longest)];
        doubts.Add(lines == longest
            ? $"The last {Counted.Of(lines, "line")}, from line {footers[0].FirstLine} of {files[0].Name} on, are no rows, as a total "
                + $"or a remark: "
                + $"`\"skipLastLines\": {lines}`. A file that ends without them would lose rows."
            : $"The files end with different numbers of lines that are no rows ({lines} to {longest}, as {file.Name}): "
                + $"`skipLastLines` is {lines}, and the others are rejected or loaded as rows. Have the files exported alike.");
        return feed with { SkipLastLines = lines };
    }

    private static FeedDefinition WithParts(
        FeedDefinition feed, IReadOnlyList<InspectedFile> files, (string Object, bool HasStar) pattern, List<string> doubts)
    {
        if (pattern.Object.Contains("{date", StringComparison.Ordinal))
        {
            doubts.Add($"The object is `{pattern.Object}`: the date in the file's name is taken for the date that the file belongs to. "
                + "If it means something else, write `*` in its place, and `parts`.");
        }

        if (!pattern.HasStar)
        {
            return feed;
        }

        doubts.Add($"The {files.Count} files have the same columns and are one feed, `{pattern.Object}`. "
            + $"`\"parts\": \"all\", \"count\": {files.Count}` loads them together, once so many are there. If each file is a whole "
            + $"snapshot: "
            + "`\"parts\": \"newest\"`. If each adds rows: `\"mode\": \"append\"`, without both.");
        return feed with { Parts = Parts.All, Count = files.Count };
    }

    private static long MaxUnpackedBytes(IReadOnlyList<InspectedFile> files)
    {
        var largest = files.Where(file => file.Source.IsPacked).Select(file => file.Census.Length).DefaultIfEmpty(0).Max();
        return largest > UsualUnpackedBytes / 2 ? largest * 4 : UsualUnpackedBytes;
    }

    /// <summary>Has the loader's code read the files; a column of which it refuses a value becomes text.</summary>
    private static async Task<(FeedDefinition Feed, List<ProposedColumn> Columns, Trial Trial)> TryAsync(
        FeedDefinition feed, Layout layout, List<ProposedColumn> columns, IReadOnlyList<SourceFile> files, Places places,
        CancellationToken cancellationToken)
    {
        for (var reading = 1; ; reading++)
        {
            var (common, formats) = CommonFormats.Of(feed, columns);
            common = common with { Columns = ColumnsOf(common, layout, columns, formats) };
            Trial trial;
            try
            {
                trial = await Trial.OfAsync(
                    common, [.. columns.Select(column => (column.Name, column.Guess.Type))], files, cancellationToken);
            }
            catch (RunFailedException fault)
            {
                throw new CannotInferException(fault.Fault.Advice);
            }

            var refused = trial.Rejects.Where(one => one.Reject.Column is not null
                && one.Reject.Code is not (RejectCode.Encoding or RejectCode.NulByte)).ToLookup(one => one.Reject.Column!);
            if (refused.Count == 0 || reading == MostReadings)
            {
                return (common, columns, trial);
            }

            columns = [.. columns.Select(column => refused[column.Name].ToList() is [var first, ..] && !column.Guess.IsText
                ? column with
                {
                    Guess = ColumnGuess.OfText($"the loader would refuse a value as {column.Guess.Type}, {places.Of(first.Place)}",
                        $"{places.Of(first.Place)}: {first.Reject.Reason}. If such rows may be rejected, write `{column.Guess.Type}`."),
                }
                : column)];
        }
    }

    private static FeedColumns ColumnsOf(
        FeedDefinition feed, Layout layout, List<ProposedColumn> columns, IReadOnlyList<ColumnDefinition> formats)
    {
        var nothing = new ColumnDefinition();
        if (!feed.Header && formats.All(format => format == nothing))
        {
            return FeedColumns.Ordered([.. columns.Select(column => column.Name)]);
        }

        var named = new Dictionary<string, ColumnDefinition>();
        for (var column = 0; column < columns.Count; column++)
        {
            var (name, header) = (columns[column].Name, columns[column].Header);
            var isMapped = feed.Header && layout.HasNames
                && (!header.Equals(name, StringComparison.OrdinalIgnoreCase)
                    || layout.Names.Count(other => other.Equals(header, StringComparison.OrdinalIgnoreCase)) > 1);
            var said = formats[column] with { Name = isMapped ? header : null };
            if (said != nothing)
            {
                named[name] = said;
            }
        }

        return FeedColumns.Named(named);
    }

    private static FeedDefinition WithLimit(FeedDefinition feed, Trial trial, List<string> doubts)
    {
        var usual = new RejectLimit();
        if (!usual.ExceededAtOnce(trial.Rejected) && !usual.ExceededAtEnd(trial.Rejected, trial.Rows))
        {
            return feed;
        }

        doubts.Add($"{Counted.Of(trial.Rejected, "row")} of {trial.Rows:N0} would be rejected, more than a feed may have. `rejects` "
            + $"is raised so that "
            + "the others load; correct the files, and take it out.");
        return feed with { Rejects = new RejectLimit { Max = Math.Max(usual.Max, trial.Rejected * 2), MaxPercent = Percent(trial) } };
    }

    private static double Percent(Trial trial) =>
        Math.Min(100, Math.Max(1, Math.Ceiling(trial.Rejected * 150.0 / Math.Max(trial.Rows, 1))));

    private static IEnumerable<string> Exceptions(FeedProfile profile, Places places, FeedDefinition feed)
    {
        if (profile.UnevenCount > 0)
        {
            yield return $"{Counted.Of(profile.UnevenCount, "row")} of another number of fields, which are rejected: "
                + string.Join(", ", profile.Uneven.Select(one => $"{places.Of(one.Place)} ({Counted.Of(one.Fields, "field")})"))
                + (profile.UnevenCount > profile.Uneven.Count ? ", ..." : "") + ".";
        }

        if (profile.MalformedCount > 0)
        {
            yield return $"{Counted.Of(profile.MalformedCount, "row")} with a quote out of place, which are rejected: "
                + string.Join(", ", profile.Malformed.Select(places.Of)) + (profile.MalformedCount > profile.Malformed.Count ? ", "
                + "..." : "") + ".";
        }

        if (profile.FirstLineBreak is { } lineBreak && feed.QuotedNewlines)
        {
            yield return $"Quoted fields have line breaks, first {places.Of(lineBreak)}.";
        }
    }
}
