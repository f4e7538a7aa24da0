namespace EtlWorker.Domain.Drops;

/// <summary>
/// What the digits of a date that are behind decide on the rest, whatever the order of year, month and day. All else of them is forgotten,
/// so that there are few cases.
/// </summary>
/// <param name="Year">Until it is complete what its digits leave to decide; then whether it is a leap year.</param>
/// <param name="Month">Its first digit; then how many days it has in a common year, or 0 where the day has been judged.</param>
/// <param name="Day">Its first digit; then itself, where not every month has it, or 0 where it has been judged.</param>
internal readonly record struct DateDigits(int Year, int Month, int Day)
{
    private const int Leap = -1;
    private const int Common = -2;
    private const int ShortestMonth = 28;

    /// <summary>Years are the same to it that are the same by this: of those whose so many digits are still to come.</summary>
    private static readonly int[] SameYears = [400, 40, 4, 2];

    /// <summary>Before the first digit.</summary>
    public static DateDigits None(DateForm form) => new(form.HasShortYear ? 20 : 0, 0, 0);

    /// <returns>With one digit more; null where no day of the calendar has these.</returns>
    public DateDigits? After(DatePart part, int digit) => part switch
    {
        { Letter: 'y', Behind: > 0 } => this with { Year = SameYear((Year * 10) + digit, part.Behind) },
        { Letter: 'y' } => (Year * 10) + digit is var year and > 0
            ? (this with { Year = DateTime.IsLeapYear(year) ? Leap : Common }).Judged()
            : null,
        { Letter: 'M', Behind: > 0 } => digit <= 1 ? this with { Month = digit } : null,
        { Letter: 'M' } => (Month * 10) + digit is var month and >= 1 and <= 12
            ? (this with { Month = DateTime.DaysInMonth(2001, month) }).Judged()
            : null,
        { Behind: > 0 } => digit <= 3 ? this with { Day = digit } : null,
        _ => (Day * 10) + digit is var day and >= 1 and <= 31 ? (this with { Day = Math.Max(day, ShortestMonth) }).Judged() : null,
    };

    /// <summary>Year zero alone is no year, so that it must not be like others.</summary>
    private static int SameYear(int year, int behind) => year == 0 ? 0 : (year % SameYears[behind]) + SameYears[behind];

    /// <summary>The day against its month, once both are complete.</summary>
    private DateDigits? Judged()
    {
        if (Month < ShortestMonth || Day < ShortestMonth)
        {
            return this;
        }

        var isLeapDay = Month == ShortestMonth && Day == ShortestMonth + 1;
        return Day <= Month || (isLeapDay && Year == Leap) ? this with { Month = 0, Day = 0 }
            : isLeapDay && Year != Common ? this
            : null;
    }
}
