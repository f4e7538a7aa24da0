using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Infer;

/// <summary>A file, and what is known of it before its rows are looked at.</summary>
/// <param name="Source">The file.</param>
/// <param name="Census">Its bytes.</param>
/// <param name="Encoding">What it is written in.</param>
/// <param name="Layout">How its lines are read.</param>
internal sealed record InspectedFile(SourceFile Source, ByteCensus Census, EncodingGuess Encoding, Layout Layout)
{
    public static async Task<InspectedFile> OfAsync(string path, CancellationToken cancellationToken)
    {
        var source = SourceFile.Of(path);
        await using var bytes = source.Open();
        var census = await ByteCensus.TakeAsync(bytes, cancellationToken);
        if (census.Length == 0)
        {
            throw new CannotInferException($"{path} holds nothing once it is unpacked. Have it exported again, with rows.");
        }

        var encoding = EncodingSniffer.Guess(census, path);
        return new InspectedFile(source, census, encoding, await LayoutSniffer.SniffAsync(source, census, encoding, cancellationToken));
    }

    /// <summary>Whether both can be files of one feed: the same columns, written in the same way.</summary>
    public bool IsLike(InspectedFile other)
    {
        var (own, others) = (Layout.Feed, other.Layout.Feed);
        return Layout.Names.SequenceEqual(other.Layout.Names)
            && (Layout.HasNames || ObjectNames.ShapeOf(Source.Name) == ObjectNames.ShapeOf(other.Source.Name))
            && (own.Encoding, Layout.HasNames, own.Header) == (EncodingBeside(other), other.Layout.HasNames, others.Header)
            && (own.Delimiter, own.Quote, own.Trim, own.TrailingDelimiter) == (others.Delimiter, others.Quote, others.Trim,
                others.TrailingDelimiter)
            && (own.SkipLines, own.Comment, own.Compression) == (others.SkipLines, others.Comment, others.Compression);
    }

    /// <summary>What the two are read in: ASCII is text of nearly every encoding.</summary>
    private FileEncoding EncodingBeside(InspectedFile other) =>
        (Census.IsAscii || other.Census.IsAscii) && Census.NulCount + other.Census.NulCount == 0
            ? Layout.Feed.Encoding
            : other.Layout.Feed.Encoding;
}
