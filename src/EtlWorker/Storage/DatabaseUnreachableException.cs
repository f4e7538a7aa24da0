using Npgsql;

namespace EtlWorker.Storage;

/// <summary>No connection could be opened: nothing was tried, and nothing counts as tried.</summary>
internal class DatabaseUnreachableException(string cause, string remedy, Exception? fault) : NpgsqlException(cause, fault)
{
    /// <summary>What the operator should do; empty when trying again is the remedy.</summary>
    public string Remedy => remedy;

    /// <summary>Cause and remedy, for one line.</summary>
    public string Advice => remedy.Length == 0 ? Message : $"{Message}. {remedy}";
}
