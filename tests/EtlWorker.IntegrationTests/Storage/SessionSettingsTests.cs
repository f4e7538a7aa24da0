using EtlWorker.Domain.Rows;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger.Runs;
using EtlWorker.StandIns;
using EtlWorker.Storage;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>Whatever a role or a database sets, a run is not ended by it, and its answers are the same.</summary>
public sealed class SessionSettingsTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Stop);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("statement_timeout", "900ms")]
    [InlineData("idle_session_timeout", "300ms")]
    [InlineData("idle_in_transaction_session_timeout", "300ms")]
    [InlineData("lock_timeout", "300ms")]
    [InlineData("transaction_timeout", "900ms")]
    public async Task A_limit_of_the_role_ends_no_run(string setting, string limit)
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        Assert.SkipWhen(
            setting == "transaction_timeout" && await rig.QueryAsync<int>("select current_setting('server_version_num')::int") < 170_000,
            "PostgreSQL 17 brought it");
        await using var login = await RoleWithAsync(rig, $"{setting} = '{limit}'");
        await rig.DefineAsync("{}", "orders", "reviews");
        await rig.WriteAsync("counted.sql", "select count(*) as n from public.orders cross join (select pg_sleep(1.5)) as slow");
        // Each table keeps its session waiting longer than the limit, and the files come slower than that as well.
        await using var holder = await PostgresServer.OpenAsync(rig.ConnectionString, Stop);
        await using var held = await holder.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand("lock table public.reviews in access exclusive mode", holder))
        {
            await hold.ExecuteNonQueryAsync(Stop);
        }

        _aws.Faults.SlowBody(4_000, TimeSpan.FromSeconds(1));
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 1_500);
        await rig.DropRowsAsync("reviews", 3);
        await rig.UntilAsync(
            """
            select exists (
                select from pg_stat_activity
                where usename <> 'postgres' and wait_event_type = 'Lock' and now() - query_start > interval '1 second')
            """);
        await held.RollbackAsync(Stop);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(1, await rig.QueryAsync<int>("select attempt from etl.run"));
    }

    [Fact]
    public async Task What_is_loaded_answered_and_exported_is_the_same_whatever_the_role_sets()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        await using var login = await RoleWithAsync(rig,
            "datestyle = 'German'", "intervalstyle = 'sql_standard'", "extra_float_digits = -10", "bytea_output = 'escape'",
            "xmloption = 'document'", "array_nulls = off", "transform_null_equals = on", "standard_conforming_strings = off",
            "default_transaction_isolation = 'serializable'", "gin_fuzzy_search_limit = 1", "quote_all_identifiers = on",
            "synchronous_commit = off", "timezone = 'America/New_York'", "lc_monetary = 'C.UTF-8'", "client_min_messages = 'debug5'");
        await rig.DefineAsync("{}", "orders");
        await rig.ExecuteAsync(
            """
            alter table public.orders add at date, add told timestamptz, add sum money, add took interval, add seen date[],
                add share float8, add raw bytea;
            drop table public.counted;
            create table public.counted (
                ingestion_date date, id int, at date, told timestamptz, today date, sum money, took interval, seen date[],
                share float8, raw bytea, noted bigint, kept text,
                level text, primary key (ingestion_date, id))
            """);
        await rig.WriteAsync("counted.sql",
            """
            select id, at, told, (told::date) as today, sum, took, seen, share, raw,
                (select count(*) from public.orders where note = null) as noted,
                current_setting('synchronous_commit') as kept, current_setting('transaction_isolation') as level
            from public.orders
            """);
        await using var worker = await rig.StartAsync();

        await rig.DropAsync(
            "in/orders.csv",
            "id,note,at,told,sum,took,seen,share,raw\n"
                + "1,,2026-02-03,2026-02-03T23:30:00-02:00,1234.5,-1 day 2 hours,\"{02/03/2026,NULL}\",0.1234567890123,\\x00ff\n");

        var told = await rig.NotifiedAsync("succeeded");
        Assert.Contains("2026-02-03", told.Body, StringComparison.Ordinal);
        Assert.Equal(
            "1,2026-02-03,2026-02-04 01:30:00+00,2026-02-04,\"$1,234.50\",-1 days "
                + "+02:00:00,\"{2026-02-03,NULL}\",0.1234567890123,\\x00ff,0,on,read committed",
            (await rig.Aws.ReadAsync("out/counted.csv", rig.Token)).Split('\n')[1].Split(',', 2)[1]);
    }

    [Fact]
    public async Task A_commit_that_waits_for_more_than_the_server_s_disk_still_does()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        var waits = rig.ConnectionString + ";Options=-c synchronous_commit=remote_apply";
        await using var database = new Database(new DatabaseOptions(waits, null));
        await using var pooled = await database.OpenAsync(Stop);
        await using var session = await database.OpenSessionAsync(Stop);

        foreach (var connection in new[] { pooled, session })
        {
            await using var question = new NpgsqlCommand("select current_setting('synchronous_commit')", connection);
            Assert.Equal("remote_apply", await question.ExecuteScalarAsync(Stop));
        }
    }

    [Fact]
    public async Task A_pooled_connection_keeps_its_settings_when_it_is_used_again()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        await using var database = new Database(new DatabaseOptions(rig.ConnectionString, null));
        var processes = new HashSet<int>();
        for (var use = 0; use < 3; use++)
        {
            await using var connection = await database.OpenAsync(Stop);
            await using var question = new NpgsqlCommand(
                "select concat_ws(' ', current_setting('statement_timeout'), current_setting('idle_session_timeout'), "
                    + "current_setting('lock_timeout'))",
                connection);
            Assert.Equal("1min 0 30s", await question.ExecuteScalarAsync(Stop));
            processes.Add(connection.ProcessID);
        }

        Assert.Single(processes);
    }

    [Fact]
    public async Task Journal_connections_that_end_in_the_middle_of_a_load_cost_nothing()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        await rig.DefineAsync("""{ }""", "orders \"rejects\": { \"max\": 9999, \"maxPercent\": 100 }");
        await using var block = await Roadblock.RaiseAsync(
            rig, "create trigger block before insert on public.orders for each row when (new.id = 2)");
        await using var worker = await rig.StartAsync();
        var lines = Enumerable.Range(1, 5_000).Select(id => id % 2 == 1 ? $"x{id},x\n" : $"{id},x\n");
        await rig.DropAsync("in/orders.csv", "id,note\n" + string.Concat(lines));
        await block.ReachedAsync();

        // All that the worker has open but the one that loads.
        await rig.ExecuteAsync(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'etlworker' and datname = current_database()
              and pid not in (select pid from pg_stat_progress_copy)
            """);
        await block.LiftAsync();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(1, await rig.QueryAsync<int>("select attempt from etl.run"));
        Assert.Equal("2500 2500", await rig.QueryAsync<string>("select count(*) || ' ' || count(distinct line_number) from etl.reject"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refused_rows_are_kept_once_whether_or_not_the_connection_ended_before_they_were_written(bool arrives)
    {
        await using var loads = await LoadRig.CreateAsync(postgres, "id int");
        await using var proxy = new TcpProxy(postgres);
        var (isCut, inserts) = (false, 0);
        proxy.Inspect = (link, sent) =>
        {
            if (sent.IndexOf("insert into etl.reject "u8) < 0 || ++inserts != 2)
            {
                return sent.Length;
            }

            isCut = true;
            if (arrives)
            {
                link.LoseReply();
            }

            return arrives ? sent.Length : 0;
        };
        var connection = new NpgsqlConnectionStringBuilder(loads.Connection.ConnectionString) { Port = proxy.Port };
        await using var database = new Database(new DatabaseOptions(connection.ConnectionString, null));
        var journal = new RunJournal(database, new FakeTimeProvider());
        var job = await loads.JobAsync(LoadRig.Feed);
        foreach (var first in new[] { 2L, 4, 6 })
        {
            Reject[] batch = [new(first, "id", RejectCode.Integer, "r", "x"), new(first + 1, "id", RejectCode.Integer, "r", "x")];
            await journal.RecordRejectsAsync(job.Run, job.Drop, new RejectedFile("id", 1), batch, Stop);
        }

        Assert.True(isCut);
        Assert.Equal(Enumerable.Range(2, 6).Select(line => $"{line} id integer"), await loads.RejectsAsync());
    }

    private static async Task<Login> RoleWithAsync(Rig rig, params string[] settings)
    {
        var login = new Login(rig, $"worker_{Guid.NewGuid():N}");
        await rig.ExecuteAsync($"create role {login.Name} superuser login");
        await rig.ExecuteAsync(string.Concat(settings.Select(setting => $"alter role {login.Name} set {setting};")));
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
            new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Username = login.Name }.ConnectionString;
        return login;
    }

    /// <summary>Of the server's, and not of a database: to be taken away again.</summary>
    private sealed record Login(Rig Rig, string Name) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Rig.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{Name}'");
            await Rig.UntilAsync($"select not exists (select from pg_stat_activity where usename = '{Name}')");
            await Rig.ExecuteAsync($"drop owned by {Name}; drop role {Name}");
        }
    }
}
