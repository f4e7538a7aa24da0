using EtlWorker.Definitions;
using EtlWorker.Gate;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.StandIns;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>Deadlines on the days that a query, or a list of dates, says.</summary>
public sealed class BusinessDaysTests(PostgresServer postgres)
{
    private const string Query = """{ "sql": "days.sql" }""";
    private static readonly DateTimeOffset Deadline = new(2026, 12, 24, 18, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Deadline - TimeSpan.FromHours(1));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""["2026-12-23", "2026-12-25"]""", "", "")]
    [InlineData("""["2026-12-24"]""", "", "2026-12-24")]
    [InlineData("""["friday", "2026-12-24"]""", "", "2026-12-24")]
    [InlineData(Query, "select working_day from public.dim where day = @run_date", "")]
    [InlineData(Query, "select not working_day from public.dim where day = @run_date", "2026-12-24")]
    [InlineData(Query, "select count(*) from public.dim where day = @run_date + 3650", "")]
    [InlineData(Query, "select working_day from dim where day = @run_date", "")]
    [InlineData(Query, "select working_day from public.dim where false", "2026-12-24 days.sql gives no row for 2026-12-24")]
    [InlineData(Query, "select null::boolean", "2026-12-24 days.sql gives NULL for 2026-12-24")]
    [InlineData(Query, "select 'no'", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select 'idle'::public.mood", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select null::public.mood", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select int4range(1, 2)", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select row(1, 2)", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select interval '1 month'", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select '0044-03-15 BC'::date", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select 1e40::numeric", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select 'NaN'::numeric", "2026-12-24 days.sql gives neither true, false nor a number")]
    [InlineData(Query, "select 1 / 0", "2026-12-24 the query of days (days.sql) was refused by PostgreSQL: ")]
    [InlineData(Query, "select public.writes()", "2026-12-24 the query of days (days.sql) was refused by PostgreSQL: ")]
    [InlineData(Query, "select pg_sleep(60) is null", "2026-12-24 ")]
    [InlineData(Query, "select not pg_advisory_unlock(hashtextextended('etlworker:run:small', 0))", "2026-12-24")]
    public async Task A_day_is_late_where_it_is_expected_or_where_nobody_knows(string days, string sql, string late)
    {
        await using var database = new Database(new DatabaseOptions(await postgres.CreateMigratedDatabaseAsync(Stop), null));
        await using var session = await new PostgresLedger(database, _time).OpenLockableAsync(Stop);
        await session.Connection.ExecuteAsync(
            """
            create type public.mood as enum ('idle');
            create table public.dim (day date primary key, working_day boolean);
            insert into public.dim values ('2026-12-24', false);
            create function public.writes() returns boolean language sql as
                'insert into public.dim values (''2026-12-25'', true) returning false';
            """, Stop);
        Assert.True(await session.TryLockAsync("small", Stop));
        var watermark = new QueueWatermark(_time);
        watermark.AdvanceByListing(_time.GetUtcNow());
        var deadlines = new MissedDeadlines(
            new Pipeline(Definition(days, sql)), new DayQuery(database), watermark, _time, NullLogger<MissedDeadlines>.Instance);
        await deadlines.WarnAsync(session, Stop);
        _time.SetUtcNow(Deadline + TimeSpan.FromMinutes(2));
        watermark.AdvanceByListing(_time.GetUtcNow());

        await deadlines.WarnAsync(session, Stop);
        await deadlines.WarnAsync(session, Stop);

        var told = await LateAsync(session.Connection);
        Assert.StartsWith(late, told, StringComparison.Ordinal);
        Assert.Equal(late.Length == 0, told.Length == 0);
        await session.RequireLockAsync("small", "the query", Stop);
    }

    [Fact]
    public async Task The_service_asks_its_query_and_says_so_where_it_fails_and_runs_go_on()
    {
        await using var aws = await LocalAws.StartAsync(new LocalAwsOptions(), Stop);
        await using var rig = await Rig.CreateAsync(postgres, aws.Endpoint, null, Stop);
        await rig.DefineAsync("""{ "deadline": "00:00", "days": { "sql": "days.sql" } }""", "orders");
        await rig.WriteAsync("days.sql", "select working_day from public.calendar where day = @run_date;");
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select exists (select from etl.deadline_watch)");
        await rig.ExecuteAsync("update etl.deadline_watch set judged_until = date_trunc('day', now(), 'UTC') - interval '1 hour'");

        var told = await rig.NotifiedAsync("late");

        Assert.Contains(
            "Whether a run is expected on this day is not known, so it counts as expected: the query of days (days.sql) was refused",
            told.Body, StringComparison.Ordinal);
        await worker.SeeAsync("is a day with a deadline is not known", rig.Token);
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");
    }

    private static async Task<string> LateAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(string_agg(concat_ws(' ', run_date, substring(body from 'counts as expected: (.*?)\.?\n')), '; '), '')
            from etl.notification where kind = 'late'
            """, connection);
        return (string)(await command.ExecuteScalarAsync(Stop))!;
    }

    private static LoadedDefinition Definition(string days, string sql)
    {
        var directory = Directory.CreateTempSubdirectory("etlworker-days-");
        try
        {
            var path = Path.Combine(directory.FullName, "pipeline.json");
            File.WriteAllText(
                path,
                $$"""
                { "name": "small", "timeZone": "UTC", "trigger": { "deadline": "18:00", "days": {{days}} },
                  "feeds": [{ "name": "orders", "object": "in/orders.csv", "table": "staging.orders" }] }
                """);
            File.WriteAllText(Path.Combine(directory.FullName, "days.sql"), sql);
            return DefinitionFile.Read(path);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
