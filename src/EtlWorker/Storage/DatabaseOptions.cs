namespace EtlWorker.Storage;

/// <summary>Where PostgreSQL is. The password may stand apart, as a credential file.</summary>
internal sealed record DatabaseOptions(string ConnectionString, string? Password);
