namespace EtlWorker.IntegrationTests.Load;

/// <summary>A value as a file writes it in its own form, and as PostgreSQL writes it.</summary>
/// <param name="Theirs">The file's text; null for NULL.</param>
/// <param name="Own">PostgreSQL's; null for NULL.</param>
/// <param name="Code">Why the row is refused; null where it is not.</param>
internal sealed record DialectValue(string? Theirs, string? Own, string? Code = null);
