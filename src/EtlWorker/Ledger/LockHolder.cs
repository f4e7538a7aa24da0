namespace EtlWorker.Ledger;

/// <summary>The session that holds a pipeline's lock.</summary>
/// <param name="Session">PostgreSQL's process id.</param>
/// <param name="User">Its login.</param>
/// <param name="Application">What it calls itself.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="Began">When it connected.</param>
/// <param name="IsAlive">Whether a worker that was seen lately has a run of the pipeline, or a command is at work.</param>
internal sealed record LockHolder(int Session, string User, string Application, string Address, DateTimeOffset? Began, bool IsAlive)
{
    public string Text => $"session {Session} (user {User}, application {Application}, from {Address}, "
        + $"connected {Began?.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC)";

    public string Remedy => $"See what it does: select state, query from pg_stat_activity where pid = {Session}. "
        + $"If its worker is gone, end it: select pg_terminate_backend({Session}).";
}
