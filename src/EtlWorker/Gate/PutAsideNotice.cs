using System.Globalization;
using System.Text;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;

namespace EtlWorker.Gate;

/// <summary>Tells of the drops that a decision put aside, once, all that were put aside alike in one notice.</summary>
internal static class PutAsideNotice
{
    private const int MostListed = 100;

    public static Notice Of(string pipeline, DropDisposition disposition, IReadOnlyList<Disposal> disposals)
    {
        var date = disposals.Min(disposal => disposal.Date);
        var word = Word.Of(disposition);
        var body = new StringBuilder()
            .AppendLine(Text($"{Drops(disposals.Count)} recorded as {word}: nothing was loaded from {(disposals.Count == 1 ? "it" : "them")}, and nothing is lost."))
            .AppendLine();
        foreach (var disposal in disposals.Take(MostListed))
        {
            body.AppendLine(Text($"- s3://{disposal.Drop.Bucket}/{disposal.Drop.Key} of {disposal.Drop.EventTime.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}"))
                .AppendLine(Text($"  {disposal.Reason}"));
        }

        if (disposals.Count > MostListed)
        {
            body.AppendLine(Text($"- and {disposals.Count - MostListed:N0} more"));
        }

        body.AppendLine().AppendLine(Text($"To look further: select * from etl.drop where disposition = '{word}' order by id desc;"));
        return new Notice
        {
            Pipeline = pipeline,
            Kind = word,
            RunDate = date,
            Subject = Notice.SubjectOf(pipeline, date, Text($"{word.ToUpperInvariant()}: {Drops(disposals.Count)} not loaded")),
            Body = Notice.BodyOf(body),
        };
    }

    private static string Drops(int count) => count == 1 ? "1 drop" : Text($"{count:N0} drops");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
