using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Load;

/// <summary>The forms in which a feed's file writes the values of a column: what is done to a field before its codec reads it.</summary>
internal static class ColumnForms
{
    /// <param name="feed">How its files are written.</param>
    /// <param name="table">The feed's table, for messages.</param>
    /// <param name="column">One of its columns.</param>
    /// <returns>The forms, one after the other; none where the file writes as PostgreSQL does.</returns>
    /// <exception cref="RunFailedException">The definition says of the column what its type does not have.</exception>
    public static IReadOnlyList<FieldForm> Of(FeedDefinition feed, TableName table, TargetColumn column)
    {
        var format = feed.FormatOf(column.Name);
        RequireFit(feed, table, column);
        if (column.Codec is not { } codec)
        {
            return [];
        }

        FieldForm? form = codec switch
        {
            IntegerCodec => NumberOf(format, codec, RejectCode.Integer),
            NumericCodec or MoneyCodec => NumberOf(format, codec, RejectCode.Numeric),
            // A float has exponents of its own.
            FloatCodec => NumberOf(format with { Exponents = null }, codec, RejectCode.Numeric),
            BooleanCodec => format.Booleans is { } words ? new BooleanForm(words) : null,
            DateCodec => TimesOf(DateTimeTarget.Date, format, format.Dates, codec),
            TimeCodec => TimesOf(DateTimeTarget.Time, format, format.Times, codec),
            TimestampCodec => TimesOf(DateTimeTarget.Timestamp, format, format.Timestamps, codec),
            TimestampTzCodec => TimesOf(DateTimeTarget.TimestampTz, format, format.Timestamps, codec),
            _ => null,
        };
        var cuts = format.Fractions == Fractions.Truncate && codec.FractionDigits is { } digits
            ? new FractionForm(digits, codec is not (NumericCodec or MoneyCodec), form?.Expects ?? codec.Expects)
            : null;
        return [.. new FieldForm?[] { form, cuts }.OfType<FieldForm>()];
    }

    private static NumberForm? NumberOf(ValueFormat format, FieldCodec codec, RejectCode refusal) =>
        format.Decimal is null or '.' && format.Thousands is null && format.Exponents != true
            ? null
            : new NumberForm(format.Decimal ?? '.', format.Thousands, format.Exponents == true, refusal, codec.Expects);

    private static DateTimeFormat? TimesOf(DateTimeTarget target, ValueFormat format, IReadOnlyList<string>? texts, FieldCodec codec)
    {
        var zone = target == DateTimeTarget.TimestampTz && format.TimeZone is { } id ? TimeZoneInfo.FindSystemTimeZoneById(id) : null;
        if (texts is null && zone is null)
        {
            return null;
        }

        var forms = texts?.Select(text => DateTimeForm.Parse(text, format.Months, format.PivotYear, out var form) is { } fault
            ? throw new FormatException($"{text} {fault}")
            : form!).ToList();
        return new DateTimeFormat(target, forms, zone, codec.Expects);
    }

    /// <summary>What is said of a column alone must be of its type; what is said of the whole feed holds where it fits.</summary>
    private static void RequireFit(FeedDefinition feed, TableName table, TargetColumn column)
    {
        var own = feed.Columns.ByName.GetValueOrDefault(column.Name);
        var isTime = column.Codec is TimeCodec or TimestampCodec or TimestampTzCodec;
        var isExact = column.Codec is NumericCodec or MoneyCodec or IntegerCodec;
        var strangers = own is null
            ? []
            : new (bool IsSaid, bool Fits, string Option)[]
            {
                (own.Decimal is not null, isExact || column.Codec is FloatCodec, "decimal"),
                (own.Thousands is not null, isExact || column.Codec is FloatCodec, "thousands"),
                (own.Exponents is not null, isExact, "exponents"),
                (own.Dates is not null, column.Codec is DateCodec, "dates"),
                (own.Times is not null, column.Codec is TimeCodec, "times"),
                (own.Timestamps is not null, column.Codec is TimestampCodec or TimestampTzCodec, "timestamps"),
                (own.TimeZone is not null, column.Codec is TimestampTzCodec, "timeZone"),
                (own.Fractions is not null, isTime || column.Codec is NumericCodec or MoneyCodec, "fractions"),
                (own.Booleans is not null, column.Codec is BooleanCodec, "booleans"),
            }.Where(option => option.IsSaid && !option.Fits).Select(option => option.Option).ToArray();
        if (strangers.Length > 0)
        {
            throw Unfit(
                $"feed {feed.Name}: \"columns\" gives {column.Name} {string.Join(", ", strangers.Select(option => $"\"{option}\""))}, "
                    + $"and {table}.{column.Name} is {column.Type}",
                "Correct \"columns\" in the definition, or the column's type.");
        }

        if (column.Codec is TimestampCodec
            && own?.Timestamps?.FirstOrDefault(text => HasOffset(text, feed.FormatOf(column.Name))) is { } dropped)
        {
            throw Unfit(
                $"feed {feed.Name}: the form '{dropped}' has an offset, and {table}.{column.Name} is {column.Type}, which keeps none",
                "Make the column a timestamp with time zone, or leave the form out.");
        }

        var format = feed.FormatOf(column.Name);
        if (column.Codec is TimestampTzCodec && format is { Timestamps: { } texts, TimeZone: null }
            && texts.FirstOrDefault(text => !HasOffset(text, format)) is { } bare)
        {
            throw Unfit(
                $"feed {feed.Name}: the form '{bare}' has no offset, and {table}.{column.Name} is {column.Type}",
                "Say in \"timeZone\" of the feed, or of the column, of which zone these times are; or read them into a timestamp.");
        }
    }

    private static bool HasOffset(string text, ValueFormat format) =>
        DateTimeForm.Parse(text, format.Months, format.PivotYear, out var form) is null && form!.HasOffset;

    private static RunFailedException Unfit(string cause, string remedy) => new(cause, remedy) { IsOfFile = false };
}
