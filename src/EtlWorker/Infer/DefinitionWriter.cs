using System.Globalization;
using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Writes <c>pipeline.json</c>, with what a person must decide as comments.</summary>
internal static class DefinitionWriter
{
    private const int Width = 116;

    public static string Write(PipelineProposal pipeline)
    {
        var text = new StringBuilder("{\n");
        Comment(text, "  ", "Proposed by etlworker infer. README.md says what was guessed and why. A line like this one is a comment.");
        text.Append(CultureInfo.InvariantCulture, $"  \"name\": {JsonText.Quote(pipeline.Name)},\n");
        Comment(text, "  ", "The zone in which the run date is a date, such as \"Europe/Berlin\": no file says which.");
        text.Append("  \"timeZone\": \"UTC\",\n");
        Comment(text, "  ", "etlworker migrate applies each file once. A later change of the tables is a new file, at the end.");
        text.Append(CultureInfo.InvariantCulture, $"  \"migrations\": [{JsonText.Quote(Proposal.Tables)}],\n");
        text.Append("  \"feeds\": [\n");
        text.AppendJoin(",\n", pipeline.Feeds.Select(Feed));
        text.Append("\n  ],\n");
        Comment(text, "  ", "Each analysis is a SELECT in a file beside this one: { \"name\": ..., \"sql\": ..., \"table\": ..., "
            + "\"export\": [...] }.");
        return text.Append("  \"analyses\": []\n}\n").ToString();
    }

    private static string Feed(FeedProposal proposal)
    {
        var feed = proposal.Feed;
        var text = new StringBuilder("    {\n");
        foreach (var doubt in proposal.Doubts)
        {
            Comment(text, "      ", $"DECIDE: {doubt}");
        }

        Comment(text, "      ", "The object's key in the bucket: put the folder in front that the files will have there.");
        List<string> lines =
        [
            $"\"name\": {JsonText.Quote(feed.Name)}", $"\"object\": {JsonText.Quote(feed.Object)}", $"\"table\": "
                + $"{JsonText.Quote(feed.Table)}",
            "\"mode\": \"replace\"", .. Options(feed), .. ColumnsOf(proposal),
        ];
        text.AppendJoin(",\n", lines.Select(line => "      " + line));
        return text.Append("\n    }").ToString();
    }

    private static IEnumerable<string> Options(FeedDefinition feed)
    {
        var usual = new FeedDefinition { Name = "", Object = "", Table = "" };
        (bool IsSaid, string Text)[] options =
        [
            (feed.Parts is not null, $"\"parts\": \"{(feed.Parts == Parts.All ? "all" : "newest")}\""),
            (feed.Count is not null, $"\"count\": {feed.Count}"),
            (feed.Encoding != usual.Encoding, $"\"encoding\": {JsonText.Quote(feed.Encoding.Name)}"),
            (feed.Delimiter != usual.Delimiter, $"\"delimiter\": {JsonText.Quote(feed.Delimiter.ToString())}"),
            (feed.Quote != usual.Quote, $"\"quote\": {JsonText.Quote(feed.Quote.ToString())}"),
            (!feed.QuotedNewlines, "\"quotedNewlines\": false"),
            (!feed.Header, "\"header\": false"),
            (feed.SkipLines > 0, $"\"skipLines\": {feed.SkipLines}"),
            (feed.SkipLastLines > 0, $"\"skipLastLines\": {feed.SkipLastLines}"),
            (feed.Comment is not null, $"\"comment\": {JsonText.Quote($"{feed.Comment}")}"),
            (feed.TrailingDelimiter, "\"trailingDelimiter\": true"),
            (feed.Trim, "\"trim\": true"),
            (feed.Compression == Compression.Gzip, "\"compression\": \"gzip\""),
            (feed.MaxUnpackedBytes != usual.MaxUnpackedBytes, $"\"maxUnpackedBytes\": {feed.MaxUnpackedBytes}"),
        ];
        return options.Where(option => option.IsSaid).Select(option => option.Text).Concat(Format(feed)).Concat(feed.Rejects is { } limit
            ? [string.Create(CultureInfo.InvariantCulture, $"\"rejects\": {{ \"max\": {limit.Max}, \"maxPercent\": {limit.MaxPercent} }}")]
            : []);
    }

    private static IEnumerable<string> Format(ValueFormat format)
    {
        (bool IsSaid, string Text)[] options =
        [
            (format.Nulls is not null, $"\"nulls\": {JsonText.List(format.Nulls ?? [])}"),
            (format.Decimal is not null, $"\"decimal\": {JsonText.Quote($"{format.Decimal}")}"),
            (format.Thousands is not null, $"\"thousands\": {JsonText.Quote($"{format.Thousands}")}"),
            (format.Dates is not null, $"\"dates\": {JsonText.List(format.Dates ?? [])}"),
            (format.Timestamps is not null, $"\"timestamps\": {JsonText.List(format.Timestamps ?? [])}"),
            (format.Times is not null, $"\"times\": {JsonText.List(format.Times ?? [])}"),
            (format.Booleans is not null, $"\"booleans\": {JsonText.List(format.Booleans ?? [])}"),
            (format.Fractions == Fractions.Truncate, "\"fractions\": \"truncate\""),
            (format.Exponents == true, "\"exponents\": true"),
        ];
        return options.Where(option => option.IsSaid).Select(option => option.Text);
    }

    private static IEnumerable<string> ColumnsOf(FeedProposal proposal)
    {
        if (proposal.Feed.Columns.InOrder is { } listed)
        {
            return [$"\"columns\": {JsonText.List(listed)}"];
        }

        var doubts = proposal.Columns.Where(column => column.Guess.Doubts.Count > 0).ToDictionary(column => column.Name);
        var named = proposal.Feed.Columns.ByName;
        var names = proposal.Columns.Select(column => column.Name).Where(name => named.ContainsKey(name)
            || doubts.ContainsKey(name)).ToList();
        if (names.Count == 0)
        {
            return [];
        }

        var text = new StringBuilder("\"columns\": {\n");
        var last = names.LastOrDefault(named.ContainsKey);
        foreach (var name in names)
        {
            if (doubts.TryGetValue(name, out var column))
            {
                Comment(text, "        ", $"DECIDE {name}: {string.Join(" ", column.Guess.Doubts)}");
            }

            if (named.TryGetValue(name, out var said))
            {
                text.Append(CultureInfo.InvariantCulture, $"        {JsonText.Quote(name)}: {Said(said)}{(name == last ? "" : ",")}\n");
            }
        }

        return [text.Append("      }").ToString()];
    }

    private static string Said(ColumnDefinition column)
    {
        var format = Format(column).ToList();
        return format.Count == 0 && column.Name is { } header
            ? JsonText.Quote(header)
            : $"{{ {string.Join(", ", (column.Name is { } name ? [$"\"name\": {JsonText.Quote(name)}"]
                : Array.Empty<string>()).Concat(format))} }}";
    }

    private static void Comment(StringBuilder text, string indent, string comment)
    {
        foreach (var line in Wrapped.Lines(Escaped.Line(comment), Width - indent.Length - 3))
        {
            text.Append(indent).Append("// ").Append(line).Append('\n');
        }
    }
}
