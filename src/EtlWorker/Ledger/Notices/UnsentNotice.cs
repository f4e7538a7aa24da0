namespace EtlWorker.Ledger.Notices;

/// <summary>A notice in the outbox.</summary>
internal sealed record UnsentNotice(long Id, Notice Notice);
