using Amazon;

namespace EtlWorker.Storage;

/// <summary>Where PostgreSQL is, and who the worker is there. The password stands apart: it comes from a credential file only.</summary>
internal sealed record DatabaseOptions(string ConnectionString, string? Password)
{
    public DatabaseAuthentication Authentication { get; init; }

    /// <summary>Where an IAM token is good; null where none is made.</summary>
    public RegionEndpoint? Region { get; init; }

    public IndexOptions Indexes { get; init; } = IndexOptions.Default;

    /// <summary>How long one statement of a run may take.</summary>
    public TimeSpan StatementLimit { get; init; } = Storage.StatementLimit.Default;
}
