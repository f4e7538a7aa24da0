using System.Globalization;
using System.Text;
using System.Text.Unicode;
using EtlWorker.Domain.Text;

namespace EtlWorker.Ledger.Notices;

/// <summary>Something to tell the operator, before it is sent.</summary>
internal sealed record Notice
{
    // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: 256 KB with the attributes.
    private const int MostSubject = 99;
    private const int MostBodyBytes = 200_000;
    private const string Cut = "...";

    public required string Pipeline { get; init; }

    /// <summary>
    /// The attribute <c>status</c>: succeeded, failed, waiting, not_exported, held, superseded, ignored, gone, late;
    /// X_unreachable, X_reachable of what stalls.
    /// </summary>
    public required string Kind { get; init; }

    public DateOnly? RunDate { get; init; }

    public long? RunId { get; init; }

    /// <summary>One ASCII line under 100 characters.</summary>
    public required string Subject { get; init; }

    public required string Body { get; init; }

    /// <summary>How every subject begins, so that an inbox sorts and a person filters by it. Cut to what SNS takes.</summary>
    public static string SubjectOf(string pipeline, DateOnly date, string headline)
    {
        // A feed's name may hold any letter; a subject may not.
        var ascii = new string([.. headline.Select(letter => letter is >= ' ' and <= '~' ? letter : '?')]);
        var subject = string.Create(CultureInfo.InvariantCulture, $"[etlworker] {pipeline} {date:yyyy-MM-dd} {ascii}");
        return subject.Length <= MostSubject ? subject : $"{subject[..(MostSubject - Cut.Length)]}{Cut}";
    }

    /// <summary>A piece of a body, of one text or several; what their values hold stays within its line.</summary>
    public static string TextOf(params FormattableString[] texts) => string.Concat(texts.Select(text =>
    {
        var values = text.GetArguments().Select(value => value is string words ? Escaped.Line(words) : value);
        return string.Format(CultureInfo.InvariantCulture, text.Format, [.. values]);
    }));

    /// <summary>The text, cut to what SNS takes: a notice that it refuses would never be sent.</summary>
    public static string BodyOf(StringBuilder text)
    {
        var body = Escaped.Lines(text.ToString());
        var kept = new byte[MostBodyBytes];
        Utf8.FromUtf16(body, kept, out var characters, out _);
        return characters == body.Length ? body : $"{body[..characters]}{Cut}{Environment.NewLine}";
    }
}
