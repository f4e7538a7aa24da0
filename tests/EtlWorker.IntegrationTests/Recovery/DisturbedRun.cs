using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// A rig whose tables hold yesterday's rows, and whose only run is disturbed: it must come to what the undisturbed one came to.
/// </summary>
internal sealed class DisturbedRun : IAsyncDisposable
{
    private readonly LocalAws _aws;
    private readonly RunOutcome _expected;
    private readonly string _yesterday;
    private readonly string _indexes;

    private DisturbedRun(Rig rig, LocalAws aws, RunOutcome expected, string yesterday, string indexes) =>
        (Rig, _aws, _expected, _yesterday, _indexes) = (rig, aws, expected, yesterday, indexes);

    public Rig Rig { get; }

    /// <param name="postgres">Where its database is made.</param>
    /// <param name="aws">Its endpoint.</param>
    /// <param name="expected">What the run must come to.</param>
    /// <param name="asOf">The as-of date of that.</param>
    public static async Task<DisturbedRun> CreateAsync(PostgresServer postgres, LocalAws aws, RunOutcome expected, DateOnly asOf) =>
        await CreateAsync(await Rig.CreateAsync(postgres, aws.Endpoint, asOf, TestContext.Current.CancellationToken), aws, expected);

    /// <param name="rig">Without any run so far; taken over.</param>
    /// <param name="aws">Its endpoint.</param>
    /// <param name="expected">What the run must come to.</param>
    public static async Task<DisturbedRun> CreateAsync(Rig rig, LocalAws aws, RunOutcome expected)
    {
        // Another worker's end is seen at the next look.
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        RebuildIndexes(rig);
        await PutYesterdayAsync(rig);
        return new DisturbedRun(rig, aws, expected, await rig.TablesAsync(), await IndexesAsync(rig));
    }

    /// <summary>However small its files are, their tables' indexes are made after the rows.</summary>
    public static void RebuildIndexes(Rig rig) => rig.Environment["ETLWORKER__RUN__REBUILDINDEXESFROM"] = "0";

    /// <summary>Rows and answers of a former day, without its run.</summary>
    public static Task PutYesterdayAsync(Rig rig) => rig.ExecuteAsync(
        """
        insert into staging.orders values (1, 1, '2026-01-01', 1, 1, 1, 1);
        insert into staging.reviews values (1, 1);
        insert into staging.shipment_deliveries values (1, 1, null, null);
        insert into analytics.agg_shipments values ('2026-01-01', 1, 1)
        """);

    /// <summary>
    /// Waits until no session of a worker is left, and sees that the tables hold all of yesterday, or all of the run when the ledger
    /// says that it is committed.
    /// </summary>
    public async Task AssertAllOrNothingAsync()
    {
        await Rig.UntilAsync(
            "select not exists (select from pg_stat_activity where application_name = 'etlworker' and datname = current_database())");
        var isCommitted = await Rig.QueryAsync<bool>("select exists (select from etl.run where state in ('committed', 'succeeded'))");
        Assert.Equal(
            isCommitted ? _expected.Tables : _yesterday, isCommitted ? await RunOutcome.TablesAsync(Rig) : await Rig.TablesAsync());
        Assert.Equal(_indexes, await IndexesAsync(Rig));
    }

    /// <summary>Waits for the run's end, and sees that it is the undisturbed one's.</summary>
    public async Task<RunOutcome> EndAsync(WorkerProcess worker)
    {
        try
        {
            var outcome = await RunOutcome.ReadAsync(Rig, _aws, worker);
            Assert.Equal(_expected.Text, outcome.Text);
            Assert.Equal(_indexes, await IndexesAsync(Rig));
            return outcome;
        }
        catch (Exception never) when (never is OperationCanceledException or TimeoutException)
        {
            throw new TimeoutException($"The run never ended. Its last worker said:\n{worker.Output}", never);
        }
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();

    private static Task<string> IndexesAsync(Rig rig) => rig.QueryAsync<string>(
        """
        select string_agg(concat_ws('; ', pg_get_indexdef(index.indexrelid), con.conname, con.contype), E'\n'
            order by index.indrelid::regclass::text, index.indexrelid)
        from pg_index as index
        left join pg_constraint as con on con.conindid = index.indexrelid and con.contype <> 'f'
        where index.indrelid::regclass::text like 'staging.%'
        """);
}
