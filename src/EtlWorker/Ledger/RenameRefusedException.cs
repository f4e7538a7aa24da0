using EtlWorker.Storage;

namespace EtlWorker.Ledger;

/// <summary>What the ledger has belongs to another name: nothing may be recorded, received or run before that is settled.</summary>
internal sealed class RenameRefusedException(string cause, string remedy) : DatabaseUnreachableException(cause, remedy, null);
