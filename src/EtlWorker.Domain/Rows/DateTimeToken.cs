namespace EtlWorker.Domain.Rows;

/// <summary>One piece of a form of dates and times.</summary>
/// <param name="Kind">What stands there.</param>
/// <param name="Digits">The fewest digits of a number; of a fraction, the most.</param>
/// <param name="Literal">The bytes of a literal; before an optional fraction, its point.</param>
internal readonly record struct DateTimeToken(DateTimeTokenKind Kind, int Digits = 0, byte[]? Literal = null);

internal enum DateTimeTokenKind
{
    Literal,
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Hour,
    HourOfHalf,
    Minute,
    Second,

    /// <summary>Exactly so many digits.</summary>
    Fraction,

    /// <summary>A point and up to so many digits, or neither.</summary>
    OptionalFraction,
    HalfDay,
    Offset,
}
