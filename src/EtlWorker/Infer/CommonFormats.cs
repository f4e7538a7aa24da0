using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Infer;

/// <summary>Says once for the feed what all of its columns say alike.</summary>
internal static class CommonFormats
{
    /// <param name="feed">The feed.</param>
    /// <param name="columns">Its columns, each with the format of its own.</param>
    /// <returns>The feed with what is common, and what each column says beside.</returns>
    public static (FeedDefinition Feed, IReadOnlyList<ColumnDefinition> Formats) Of(FeedDefinition feed,
        IReadOnlyList<ProposedColumn> columns)
    {
        var signs = Common(columns, guess => guess.HasFraction || guess.Format.Decimal is not null,
            format => (format.Decimal, format.Thousands), (null, null));
        var dates = Common(columns, guess => guess.Type == "date", format => Joined(format.Dates), null);
        var timestamps = Common(columns, guess => guess.Type is "timestamp" or "timestamptz", format => Joined(format.Timestamps), null);
        var times = Common(columns, guess => guess.Type == "time", format => Joined(format.Times), null);
        var booleans = Common(columns, guess => guess.Type == "boolean", format => Joined(format.Booleans), null);
        return (
            feed with
            {
                Decimal = signs.Decimal,
                Thousands = signs.Thousands,
                Dates = Split(dates),
                Timestamps = Split(timestamps),
                Times = Split(times),
                Booleans = Split(booleans),
            },
            [.. columns.Select(column => column.Guess.Format with
            {
                Decimal = signs == default ? column.Guess.Format.Decimal : null,
                Thousands = signs == default ? column.Guess.Format.Thousands : null,
                Dates = dates is null ? column.Guess.Format.Dates : null,
                Timestamps = timestamps is null ? column.Guess.Format.Timestamps : null,
                Times = times is null ? column.Guess.Format.Times : null,
                Booleans = booleans is null ? column.Guess.Format.Booleans : null,
            })]);
    }

    /// <summary>What all columns of a kind say, if they say the same.</summary>
    private static T Common<T>(
        IReadOnlyList<ProposedColumn> columns, Func<ColumnGuess, bool> isOfKind, Func<ColumnDefinition, T> said, T nothing)
    {
        var all = columns.Select(column => column.Guess).Where(isOfKind).Select(guess => said(guess.Format)).Distinct().ToList();
        return all is [var one] ? one : nothing;
    }

    private static string? Joined(IReadOnlyList<string>? texts) => texts is null ? null : string.Join('\n', texts);

    private static string[]? Split(string? texts) => texts?.Split('\n');
}
