using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// The session ended before it could be told which row the table refused. The run's next attempt loads with care; this one does not count.
/// </summary>
internal sealed class SessionLostException(string message, Exception fault) : NpgsqlException(message, fault);
