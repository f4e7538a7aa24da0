namespace EtlWorker.Domain.Drops;

/// <summary>One piece of a pattern: a character of its own, anything but slashes, or a date of the calendar.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Character">The character.</param>
/// <param name="Form">How the date is written.</param>
internal readonly record struct PatternToken(PatternTokenKind Kind, char Character = default, DateForm? Form = null);

internal enum PatternTokenKind
{
    Character,
    Star,
    Date,
}
