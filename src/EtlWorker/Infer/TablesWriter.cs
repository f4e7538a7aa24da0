using System.Globalization;
using System.Text;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Writes <c>tables.sql</c>: the schema and a table for each feed, and what a person must decide as comments.</summary>
internal static class TablesWriter
{
    private const int Width = 116;

    public static string Write(PipelineProposal pipeline)
    {
        var text = new StringBuilder();
        Comment(text, "", "Proposed by etlworker infer: read it and correct it; etlworker migrate applies it then, once.");
        Comment(text, "", "It drops nothing; a table that is there already is an error. README.md says why each type was chosen.");
        text.Append("\ncreate schema if not exists staging;\n");
        foreach (var feed in pipeline.Feeds)
        {
            Table(text, feed);
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, FeedProposal feed)
    {
        text.Append('\n');
        Comment(text, "", $"{Counted.Of(feed.Profile.Rows, "row")} of "
            + $"{string.Join(", ", feed.Files.Select(file => file.Source.Name).Take(5))}"
            + (feed.Files.Count > 5 ? ", ..." : ""));
        text.Append(CultureInfo.InvariantCulture, $"create table {feed.Feed.Table} (\n");
        for (var index = 0; index < feed.Columns.Count; index++)
        {
            var column = feed.Columns[index];
            if (column.Guess.IsText && column.Guess.Doubts.Count > 0)
            {
                Comment(text, "    ", $"DECIDE: {string.Join(" ", column.Guess.Doubts)}");
            }

            var isLast = index == feed.Columns.Count - 1;
            text.Append(CultureInfo.InvariantCulture,
                $"    {column.Name} {column.Guess.Type}{(column.IsNotNull ? " not null" : "")}{(isLast ? "" : ",")}\n");
        }

        text.Append(");\n");
        foreach (var key in feed.Columns.Where(column => column.MayBeKey).Take(5))
        {
            Comment(text, "", $"{key.Name} may be the key: no value {(key.Profile.Unique.Share == 1
                ? "" : $"of the 1 in {key.Profile.Unique.Share:N0} that were compared ")}is there twice. If it is:");
            text.Append(CultureInfo.InvariantCulture, $"-- alter table {feed.Feed.Table} add primary key ({key.Name});\n");
        }
    }

    private static void Comment(StringBuilder text, string indent, string comment)
    {
        foreach (var line in Wrapped.Lines(Escaped.Line(comment), Width - indent.Length - 3))
        {
            text.Append(indent).Append("-- ").Append(line).Append('\n');
        }
    }
}
