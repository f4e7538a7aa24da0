namespace EtlWorker.Ledger.Runs;

/// <summary>What the rejects of one drop have in common.</summary>
/// <param name="Header">The file's first record as it stands there; where it has none, the columns' names.</param>
/// <param name="FieldCount">Fields of a good row.</param>
internal sealed record RejectedFile(string Header, int FieldCount);
