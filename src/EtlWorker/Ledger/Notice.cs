using System.Globalization;

namespace EtlWorker.Ledger;

/// <summary>Something to tell the operator, before it is sent.</summary>
internal sealed record Notice
{
    public required string Pipeline { get; init; }

    /// <summary>The attribute <c>status</c>: succeeded, failed, held or superseded.</summary>
    public required string Kind { get; init; }

    public DateOnly? RunDate { get; init; }

    public long? RunId { get; init; }

    /// <summary>One ASCII line under 100 characters.</summary>
    public required string Subject { get; init; }

    public required string Body { get; init; }

    /// <summary>How every subject begins, so that an inbox sorts and a person filters by it.</summary>
    public static string SubjectOf(string pipeline, DateOnly date, string headline) =>
        string.Create(CultureInfo.InvariantCulture, $"[etlworker] {pipeline} {date:yyyy-MM-dd} {headline}");
}
