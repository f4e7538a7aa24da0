using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Load;
using EtlWorker.Storage;

namespace EtlWorker.Infer;

/// <summary>What the loader would do with a feed's files: its own code, on tables that are not there yet.</summary>
/// <param name="Rows">Rows that it would read.</param>
/// <param name="Rejected">Those that it would refuse.</param>
/// <param name="Rejects">The first of them.</param>
internal sealed record Trial(long Rows, long Rejected, IReadOnlyList<(Place Place, Reject Reject)> Rejects)
{
    private const int MostRejects = 20;

    // A column's first few are kept even where another column has many.
    private const int MostOfColumn = 3;

    /// <param name="feed">As the definition will have it.</param>
    /// <param name="columns">The table's columns, and their types.</param>
    /// <param name="files">The feed's files.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Trial> OfAsync(
        FeedDefinition feed, IReadOnlyList<(string Name, string Type)> columns, IReadOnlyList<SourceFile> files,
        CancellationToken cancellationToken)
    {
        var table = new TargetTable(TableName.Parse(feed.Table),
            [.. columns.Select(column => new TargetColumn(column.Name, column.Type, CodecOf(column.Type), NotNull: false,
                HasDefault: false))]);
        var (rows, rejected) = (0L, 0L);
        var rejects = new List<(Place Place, Reject Reject)>();
        for (var file = 0; file < files.Count; file++)
        {
            await using var bytes = files[file].Open();
            await using var text = files[file].TextOf(bytes, feed.Encoding);
            await using var records = new CsvRecords(text, feed, files[file].Path);
            var header = feed.Header
                ? HeaderMap.Of(feed, table, files[file].Path, await records.ReadHeaderAsync(cancellationToken), records.LineNumber)
                : HeaderMap.WithoutHeader(feed, table);
            records.ExpectFields(header.FieldCount);
            var buffer = new BinaryTuples();
            var encoder = new RowEncoder(records, text, table, buffer, header, feed, RowOrigin.None);
            while (await records.ReadAsync(cancellationToken))
            {
                rows += records.RowCount;
                var refused = encoder.Encode(out var column);
                if (buffer.IsChunk)
                {
                    buffer.Clear();
                }

                if (refused == RejectCode.None)
                {
                    continue;
                }

                rejected += records.RowCount;
                var name = column < 0 ? null : header.Columns[column].Name;
                if (rejects.Count < MostRejects || rejects.Count(one => one.Reject.Column == name) < MostOfColumn)
                {
                    rejects.Add((new Place(file, records.LineNumber), encoder.Describe(refused, column)));
                }
            }
        }

        return new Trial(rows, rejected, rejects);
    }

    private static FieldCodec? CodecOf(string type)
    {
        if (type.StartsWith("numeric(", StringComparison.Ordinal))
        {
            var parts = type["numeric(".Length..^1].Split(',');
            return new NumericCodec(int.Parse(parts[0], null), int.Parse(parts[1], null));
        }

        return TableCatalogue.CodecFor(type switch
        {
            "integer" => "int4",
            "bigint" => "int8",
            "boolean" => "bool",
            "double precision" => "float8",
            _ => type,
        }, -1, Domain.Text.CharacterSet.Unicode);
    }
}
