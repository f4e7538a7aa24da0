namespace EtlWorker.Domain.Drops;

/// <summary>One digit of a date in a key.</summary>
/// <param name="Letter">Of what: <c>y</c>, <c>M</c> or <c>d</c>.</param>
/// <param name="Behind">How many digits of it come behind.</param>
internal readonly record struct DatePart(char Letter, int Behind);
