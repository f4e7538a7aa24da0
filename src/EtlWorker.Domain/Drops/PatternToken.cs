namespace EtlWorker.Domain.Drops;

/// <summary>One piece of a pattern: a character of its own, anything but slashes, or a date of the calendar as yyyy-MM-dd.</summary>
internal readonly record struct PatternToken(PatternTokenKind Kind, char Character = default);

internal enum PatternTokenKind
{
    Character,
    Star,
    Date,
}
