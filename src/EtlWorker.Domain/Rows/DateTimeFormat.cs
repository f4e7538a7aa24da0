using System.Text;

namespace EtlWorker.Domain.Rows;

/// <summary>What a column of dates or times holds.</summary>
public enum DateTimeTarget
{
    Date,
    Time,
    Timestamp,
    TimestampTz,
}

/// <summary>Dates or times in forms of the file's own, the first that fits, as the codecs read them: yyyy-MM-dd HH:mm:ss.</summary>
public sealed class DateTimeFormat : FieldForm
{
    private const int LongestText = 40;
    private static readonly int[] SampleYears = [1911, 1999, 2001, 2002, 2003, 2010, 2011, 2012, 2022, 2031];

    // What the codec takes by itself, but without an offset.
    private static readonly DateTimeForm[] IsoForms =
    [
        DateTimeForm.Of("yyyy-MM-dd HH:mm:ss.FFFFFFFFF"), DateTimeForm.Of("yyyy-MM-ddTHH:mm:ss.FFFFFFFFF"), DateTimeForm.Of("yyyy-MM-dd"),
    ];

    private readonly DateTimeTarget _target;
    private readonly DateTimeForm[] _forms;
    private readonly bool _leavesOthers;
    private readonly LocalTime? _zone;

    /// <param name="target">What the column holds.</param>
    /// <param name="forms">Null for the form that PostgreSQL writes.</param>
    /// <param name="zone">Of a point in time without offset, in a column with time zone; null where there is none.</param>
    /// <param name="expects">What the codec expects.</param>
    public DateTimeFormat(DateTimeTarget target, IReadOnlyList<DateTimeForm>? forms, TimeZoneInfo? zone, string expects)
    {
        (_target, _forms, _leavesOthers) = (target, [.. forms ?? IsoForms], forms is null);
        _zone = zone is null ? null : new LocalTime(zone);
        var written = forms is null ? expects : string.Join(" or ", forms.Select(form => form.Text));
        Expects = forms is null || target == DateTimeTarget.Time || target == DateTimeTarget.Date
            ? forms is null ? written : $"a {(target == DateTimeTarget.Date ? "calendar date" : "time of day")} as {written}"
            : $"a point in time as {written}";
        Expects += zone is null ? "" : $"; without an offset, one that exists once in {zone.Id}";
    }

    public override string Expects { get; }

    public override RejectCode Rewrite(ReadOnlySpan<byte> field, ref byte[] text, out int written)
    {
        foreach (var form in _forms)
        {
            if (form.TryRead(field, out var parts))
            {
                Reserve(ref text, LongestText);
                return Write(form, parts, text, out written);
            }
        }

        written = 0;
        return _leavesOthers ? Copy(field, ref text, out written) : Refusal;
    }

    private RejectCode Refusal => _target == DateTimeTarget.Date ? RejectCode.Date : RejectCode.Timestamp;

    private RejectCode Write(DateTimeForm form, in DateTimeParts parts, byte[] text, out int written)
    {
        written = 0;
        // An offset that the column does not keep would be dropped without a word.
        if ((_target != DateTimeTarget.Time && !parts.IsDay) || (_target == DateTimeTarget.Date && !parts.IsMidnight)
            || (_target == DateTimeTarget.Timestamp && form.HasOffset))
        {
            return Refusal;
        }

        if (_target != DateTimeTarget.Time)
        {
            Number(text, ref written, parts.Year, 4, '-');
            Number(text, ref written, parts.Month, 2, '-');
            Number(text, ref written, parts.Day, 2, ' ');
        }

        if (_target == DateTimeTarget.Date)
        {
            written--;
            return RejectCode.None;
        }

        Number(text, ref written, parts.Hour, 2, ':');
        Number(text, ref written, parts.Minute, 2, ':');
        Number(text, ref written, parts.Second, 2, '.');
        Number(text, ref written, parts.Fraction, parts.FractionDigits, ' ');
        // Neither the point without digits, nor the blank behind them.
        written -= parts.FractionDigits == 0 ? 2 : 1;
        return _target == DateTimeTarget.TimestampTz ? WriteOffset(form, parts, text, ref written) : RejectCode.None;
    }

    private RejectCode WriteOffset(DateTimeForm form, in DateTimeParts parts, byte[] text, ref int written)
    {
        var offset = form.HasOffset ? parts.OffsetMinutes : _zone?.OffsetOf(
            new DateTime(parts.Year, parts.Month, parts.Day, parts.Hour, parts.Minute, parts.Second, DateTimeKind.Unspecified));
        if (offset is not { } minutes)
        {
            return Refusal;
        }

        text[written++] = minutes < 0 ? (byte)'-' : (byte)'+';
        Number(text, ref written, Math.Abs(minutes) / 60, 2, ':');
        Number(text, ref written, Math.Abs(minutes) % 60, 2, ' ');
        written--;
        return RejectCode.None;
    }

    private static void Number(byte[] text, ref int written, int number, int digits, char behind)
    {
        for (var at = written + digits - 1; at >= written; at--)
        {
            text[at] = (byte)('0' + (number % 10));
            number /= 10;
        }

        written += digits;
        text[written++] = (byte)behind;
    }

    /// <summary>Two of the forms that read one text differently, and such a text; null where no two do.</summary>
    /// <remarks>By trying: the texts that each form gives the days of some years and some times of the day.</remarks>
    public static (DateTimeForm One, DateTimeForm Other, string Text)? Conflict(IReadOnlyList<DateTimeForm> forms)
    {
        foreach (var one in forms)
        {
            foreach (var other in forms.Where(form => form != one))
            {
                foreach (var time in Samples)
                {
                    foreach (var text in new[] { one.Write(time, isPadded: false), one.Write(time, isPadded: true) })
                    {
                        var bytes = Encoding.UTF8.GetBytes(text);
                        if (other.TryRead(bytes, out var read) && one.TryRead(bytes, out var meant) && read.IsDay && !Same(read, meant))
                        {
                            return (one, other, text);
                        }
                    }
                }
            }
        }

        return null;
    }

    // Days whose day, month and short year can be each other's, in two centuries.
    private static IEnumerable<DateTime> Samples =>
        from year in SampleYears
        from day in Enumerable.Range(0, 365)
        select new DateTime(year, 1, 1, day % 24, day * 7 % 60, day * 11 % 60, DateTimeKind.Unspecified).AddDays(day)
            .AddTicks(day * 1_234_567L % TimeSpan.TicksPerSecond);

    private static bool Same(in DateTimeParts one, in DateTimeParts other) =>
        (one.Year, one.Month, one.Day, one.Hour, one.Minute, one.Second, one.OffsetMinutes)
            == (other.Year, other.Month, other.Day, other.Hour, other.Minute, other.Second, other.OffsetMinutes)
        && one.Fraction * Math.Pow(10, 9 - one.FractionDigits) == other.Fraction * Math.Pow(10, 9 - other.FractionDigits);
}
