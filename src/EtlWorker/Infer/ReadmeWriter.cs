using System.Globalization;
using System.Text;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Writes <c>README.md</c>: what was guessed and why, with the lines that say so, and what a person must decide.</summary>
internal static class ReadmeWriter
{
    /// <param name="pipeline">What is proposed.</param>
    /// <param name="faults">Why the definition would not be taken as it is.</param>
    public static string Write(PipelineProposal pipeline, IReadOnlyList<string> faults)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {pipeline.Name}: what was inferred\n\n");
        text.Append("`etlworker infer` read every row of the files. What is written here holds values of their rows. What cannot be "
            + "known from\n"
            + "the files alone is under \"To decide\"; until then it is loaded as text, as it stands in the file.\n\n");
        Decisions(text, pipeline, faults);
        NextSteps(text);
        foreach (var feed in pipeline.Feeds)
        {
            Feed(text, feed);
        }

        return text.ToString();
    }

    private static void Decisions(StringBuilder text, PipelineProposal pipeline, IReadOnlyList<string> faults)
    {
        text.Append("## To decide\n\n");
        foreach (var fault in faults)
        {
            Item(text, $"The definition is refused so far: {fault}");
        }

        foreach (var feed in pipeline.Feeds)
        {
            foreach (var doubt in feed.Doubts)
            {
                Item(text, $"**{feed.Feed.Name}**: {doubt}");
            }

            foreach (var column in feed.Columns)
            {
                foreach (var doubt in column.Guess.Doubts)
                {
                    Item(text, $"**{feed.Feed.Name}.{column.Name}**: {doubt}");
                }
            }
        }

        Item(text, "`timeZone` of the pipeline is UTC: no file says in which zone the run date is a date.");
        Item(text, "`object` of each feed is the file's name: put the folder in front that it will have in the bucket.");
        text.Append("\nA type is written in `tables.sql`, an option of a column in `pipeline.json`: under `columns`, as "
            + "`\"col\": { \"name\": \"Header\", \"dates\": [...] }`.\n");
    }

    private static void NextSteps(StringBuilder text) => text.Append(
        """

        ## Next

        1. Edit `tables.sql` and `pipeline.json` where something is to be decided.
        2. Make the tables: `ETLWORKER__PIPELINE__DEFINITION=$PWD/pipeline.json etlworker migrate`. A change of them is from then on a new
           file, at the end of "migrations".
        3. Check the definition: `etlworker validate pipeline.json --database`
        4. See what a run would load and reject: `etlworker plan pipeline.json --files DIR`


        """.ReplaceLineEndings("\n"));

    private static void Feed(StringBuilder text, FeedProposal feed)
    {
        text.Append(CultureInfo.InvariantCulture, $"## Feed {feed.Feed.Name}, table {feed.Feed.Table}\n\n");
        text.Append("| what | guess and reason |\n|---|---|\n");
        foreach (var file in feed.Files)
        {
            Cells(text, "file", $"{file.Source.Name}, "
                + $"{Counted.Of(file.Census.Length, "byte")}{(file.Source.IsPacked ? ", unpacked" : "")}");
        }

        foreach (var encoding in feed.Files.Select(file => file.Encoding).DistinctBy(encoding => (encoding.Encoding, encoding.Why)).Take(3))
        {
            Cells(text, "encoding", $"{encoding.Encoding.Title}: {encoding.Why}");
        }

        foreach (var (what, why) in feed.Layout.Reasons)
        {
            Cells(text, what, why);
        }

        Cells(text, "rows", string.Create(CultureInfo.InvariantCulture, $"{feed.Profile.Rows:N0}"));
        text.Append('\n');
        Columns(text, feed);
        Remarks(text, feed);
        Loads(text, feed);
    }

    private static void Columns(StringBuilder text, FeedProposal feed)
    {
        text.Append("| column | in the file | type | empty | why |\n|---|---|---|---|---|\n");
        foreach (var column in feed.Columns)
        {
            var empty = column.NullCount == 0
                ? "none"
                : $"{column.NullCount:N0}, first {feed.Places.Of(FirstNull(column))}";
            Cells(text, column.Name, Places.Code(column.Header), column.Guess.Type + (column.IsNotNull ? " not null" : ""), empty,
                column.Guess.Why);
        }

        text.Append('\n');
    }

    private static Place FirstNull(ProposedColumn column) => column.Profile is { Empty: 0, QuotedEmpty: 0, Blank: 0 }
        ? column.Profile.Nulls.Seen.Select(word => word.First).OrderBy(place => place.Line).FirstOrDefault()
        : column.Profile.FirstEmpty;

    private static void Remarks(StringBuilder text, FeedProposal feed)
    {
        foreach (var remark in feed.Remarks)
        {
            Item(text, remark);
        }

        foreach (var column in feed.Columns)
        {
            foreach (var remark in column.Guess.Remarks)
            {
                Item(text, $"{column.Name}: {remark}");
            }
        }

        var keys = feed.Columns.Where(column => column.MayBeKey).ToList();
        Item(text, keys.Count > 0
            ? $"Keys may be: {string.Join(", ", keys.Take(10).Select(key => key.Name + (key.Profile.Unique.Share > 1
                ? $" (1 in {key.Profile.Unique.Share:N0} values compared)"
                    : "")))}. No key is in `tables.sql` but as a comment: a key that is none rejects rows."
            : "No column alone is a key: each has a value twice, or lacks one"
                + (feed.Columns.FirstOrDefault(column => column.Profile.Unique.Repeated is not null) is { } repeated
                    ? $" ({repeated.Name}, {feed.Places.Of(repeated.Profile.Unique.Repeated!)})." : "."));
        Item(text, "`not null` stands where each of at least 100 rows has a value. A later row without one is rejected; take it out "
            + "where one may be missing.");
    }

    private static void Loads(StringBuilder text, FeedProposal feed)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"\nThe loader's own checks take {feed.Trial.Rows - feed.Trial.Rejected:N0} of {feed.Trial.Rows:N0} rows of these files "
                + $"as proposed here");
        text.Append(feed.Trial.Rejected == 0 ? ".\n\n" : string.Create(CultureInfo.InvariantCulture, $" and reject "
            + $"{feed.Trial.Rejected:N0}:\n\n"));
        foreach (var (place, reject) in feed.Trial.Rejects)
        {
            Item(text, $"{feed.Places.Of(place)}{(reject.Column is { } column ? $", {column}" : "")}: {reject.Code.Name()}, "
                + $"{reject.Reason}");
        }

        text.Append(feed.Trial.Rejects.Count > 0 ? "\n" : "");
    }

    private static void Item(StringBuilder text, string item) => text.Append("- ").Append(Escaped.Line(item)).Append('\n');

    private static void Cells(StringBuilder text, params string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => Escaped.Line(cell).Replace("|", "\\|",
            StringComparison.Ordinal))).Append(" |\n");
}
