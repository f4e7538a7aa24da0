namespace EtlWorker.Domain.Rows;

/// <summary>What a form has read of a date or a time.</summary>
internal struct DateTimeParts
{
    public int Year, Month, Day, Hour, Minute, Second;

    /// <summary>The digits behind the point, as a number, and how many they are.</summary>
    public int Fraction, FractionDigits;

    /// <summary>Null where the form has no offset.</summary>
    public int? OffsetMinutes;

    public readonly bool IsMidnight => (Hour | Minute | Second | Fraction) == 0;

    /// <summary>Whether it is a day of the calendar in the years 0001 to 9999.</summary>
    public readonly bool IsDay =>
        Year is >= 1 and <= 9999 && Month is >= 1 and <= 12 && Day >= 1 && Day <= DateTime.DaysInMonth(Year, Month);
}
