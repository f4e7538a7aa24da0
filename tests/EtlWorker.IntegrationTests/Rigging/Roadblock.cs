using Npgsql;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// A place in the database that nobody passes until it is lifted: a trigger that waits for an advisory lock, which a session of
/// the test holds. So a worker stands still at an exact instant, and the test knows when it is there.
/// </summary>
internal sealed class Roadblock : IAsyncDisposable
{
    private const int Key = 4_711;

    private static readonly string Waiting =
        $"""
        select pid from pg_locks
        where locktype = 'advisory' and not granted and objid = {Key}
          and database = (select oid from pg_database where datname = current_database())
        """;

    private readonly Rig _rig;
    private readonly NpgsqlConnection _holder;

    private Roadblock(Rig rig, NpgsqlConnection holder) => (_rig, _holder) = (rig, holder);

    /// <param name="rig">In whose database.</param>
    /// <param name="trigger">Where: CREATE TRIGGER up to its EXECUTE.</param>
    public static async Task<Roadblock> RaiseAsync(Rig rig, string trigger)
    {
        var holder = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token);
#pragma warning disable CA2100 // SQL of the test's own.
        await using var raise = new NpgsqlCommand(
            $"""
            create function public.roadblock() returns trigger language plpgsql as
            'begin perform pg_advisory_xact_lock_shared({Key}); return coalesce(new, old); end';
            {trigger} execute function public.roadblock();
            select pg_advisory_lock({Key})
            """,
            holder);
#pragma warning restore CA2100
        await raise.ExecuteNonQueryAsync(rig.Token);
        return new Roadblock(rig, holder);
    }

    /// <summary>Waits until somebody stands before it.</summary>
    public Task ReachedAsync() => _rig.UntilAsync($"select exists ({Waiting})");

    /// <summary>Ends the sessions that stand before it: what they were asked to do never happens.</summary>
    public Task TurnAwayAsync() => _rig.ExecuteAsync($"select pg_terminate_backend(pid) from ({Waiting}) as waiting");

    /// <summary>Lets everybody pass, from now on.</summary>
    public ValueTask LiftAsync() => _holder.DisposeAsync();

    public ValueTask DisposeAsync() => LiftAsync();
}
