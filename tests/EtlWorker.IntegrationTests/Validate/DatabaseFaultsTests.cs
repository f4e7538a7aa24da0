using EtlWorker.Definitions;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Storage;
using EtlWorker.Validate;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Validate;

/// <summary>What a definition is told of a database that does not fit it.</summary>
public sealed class DatabaseFaultsTests(PostgresServer postgres) : IDisposable
{
    private const string Tables = """
        create schema shop;
        create table shop.orders (id int primary key, price numeric not null, note text);
        create table shop.totals (ingestion_date date primary key, n bigint not null, newest text);
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("etlworker-validate-");
    private string _connectionString = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_database_that_fits_has_no_faults_and_is_not_changed()
    {
        await CreateAsync(Tables + "insert into shop.orders values (1, 2, 'x'); insert into shop.totals values ('2026-01-01', 1, 'x')");

        Assert.Empty(await FaultsAsync());
        Assert.Equal("1 1", await QueryAsync("select (select count(*) from shop.orders) || ' ' || (select count(*) from shop.totals)"));
    }

    [Fact]
    public async Task The_shipped_pipeline_fits_the_database_that_migrate_makes()
    {
        await CreateAsync("select");

        Assert.Empty(await FaultsAsync(DefinitionFile.Read(Path.Combine(Repository.RetailDefinition, "pipeline.json"))));
    }

    [Theory]
    [InlineData("alter table shop.orders rename to bills", "$.feeds[0].table: the database has no table shop.orders: create it")]
    [InlineData(
        "alter table shop.orders rename to \"order\"",
        "$.feeds[0].table: the database has no table shop.orders; did you mean shop.order?")]
    [InlineData(
        "alter table shop.orders rename to o; create view shop.orders as select * from shop.o",
        "$.feeds[0].table: shop.orders is a view, and the worker fills tables only: name a table")]
    [InlineData(
        "create table shop.note (id int constraint note_fk references shop.orders on delete cascade)",
        "$.feeds[0].table: the foreign key note_fk of shop.note refers to shop.orders with ON DELETE CASCADE: to replace the rows of "
            + "shop.orders would delete rows of shop.note. Make note_fk again without ON DELETE CASCADE: NO ACTION DEFERRABLE INITIALLY "
            + "DEFERRED lets the rows be replaced. Or give the feed the mode merge.")]
    public async Task A_table_that_cannot_be_filled_is_named(string change, string fault)
    {
        await CreateAsync($"{Tables}{change}");

        Assert.Contains(fault, await FaultsAsync());
    }

    [Fact]
    public async Task Each_missing_right_is_told_with_its_grant()
    {
        await CreateAsync(Tables);
        await ExecuteAsync("create role \"shop worker\" login; grant select on shop.totals to \"shop worker\"");
        try
        {
            Assert.Equal(
                [
                    "$.feeds[0].table: the login may not use the schema shop: grant usage on schema shop to \"shop worker\"",
                    "$.feeds[0].table: the login lacks select, insert, truncate on shop.orders: "
                        + "grant select, insert, truncate on shop.orders to \"shop worker\"",
                ],
                (await FaultsAsync(login: "shop worker")).Take(2));
            await ExecuteAsync("grant usage on schema shop to \"shop worker\"; grant insert, truncate on shop.orders to \"shop worker\"");
            Assert.Equal(
                [
                    "$.feeds[0].table: the login lacks select on shop.orders: grant select on shop.orders to \"shop worker\"",
                    "$.checks[0].sql: check.sql: permission denied for table orders (SQLSTATE 42501). "
                        + "Grant the login what the statement needs: select on what it reads",
                    "$.analyses[0].table: the login lacks insert, delete on shop.totals: "
                        + "grant insert, delete on shop.totals to \"shop worker\"",
                    "$.analyses[0].sql: totals.sql: permission denied for table totals (SQLSTATE 42501). "
                        + "Grant the login what the statement needs: select on what it reads",
                ],
                await FaultsAsync(login: "shop worker"));
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteAsync("drop owned by \"shop worker\"; drop role \"shop worker\"");
        }
    }

    [Theory]
    [InlineData(
        "\"mode\": \"merge\"", "alter table shop.orders drop constraint orders_pkey",
        "$.feeds[0].mode: shop.orders has no primary key")]
    [InlineData(
        "\"mode\": \"merge\"", "alter table shop.orders drop constraint orders_pkey, add primary key (id) deferrable",
        "$.feeds[0].mode: the primary key of shop.orders is DEFERRABLE")]
    [InlineData(
        "\"columns\": { \"pric\": \"Preis\" }", "select", "$.feeds[0].columns.pric: shop.orders has no column pric; did you mean price?")]
    [InlineData(
        "\"header\": false, \"columns\": [\"id\", \"price\", \"total\"]", "select",
        "$.feeds[0].columns[2]: shop.orders has no column total; there are id, price, note")]
    [InlineData(
        "\"header\": false, \"columns\": [\"id\", \"note\"]", "select",
        "$.feeds[0].columns: the list lacks price, which shop.orders needs: it is NOT NULL and has no default")]
    public async Task What_a_feed_says_of_its_table_is_compared_with_it(string option, string change, string fault)
    {
        await CreateAsync($"{Tables}{change}");

        Assert.StartsWith(fault, Assert.Single(await FaultsAsync(Definition(option))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "alter table shop.totals drop constraint totals_pkey, add primary key (n)",
        "$.analyses[0].table: the primary key of shop.totals lacks ingestion_date")]
    [InlineData(
        "alter table shop.totals rename newest to latest",
        "$.analyses[0].sql: totals.sql gives no column latest, which shop.totals has; there are n, newest")]
    [InlineData(
        "alter table shop.totals alter n type date using null",
        "$.analyses[0].sql: totals.sql: column \"n\" is of type date but expression is of type bigint (SQLSTATE 42804)")]
    [InlineData(
        "alter table shop.orders rename price to amount",
        "$.checks[0].sql: check.sql, line 2: column \"price\" does not exist (SQLSTATE 42703)")]
    public async Task The_SQL_is_compared_with_the_tables(string change, string fault)
    {
        await CreateAsync($"{Tables}{change}");

        Assert.StartsWith(fault, Assert.Single(await FaultsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_that_a_check_is_judged_by_is_looked_for()
    {
        await CreateAsync(Tables);

        Assert.Equal(
            ["$.checks[0].of: shop.oders: relation \"shop.oders\" does not exist (SQLSTATE 42P01). "
                + "Create it, or name the schema that it is in"],
            await FaultsAsync(Definition(check: """, "warn": { "maxPercent": 1 }, "of": "shop.oders" """)));
    }

    /// <summary>A run would wait; a person, or the start of the service, is not kept waiting.</summary>
    [Fact]
    public async Task A_table_that_somebody_holds_is_not_waited_for()
    {
        await CreateAsync(Tables);
        await using var holder = await PostgresServer.OpenAsync(_connectionString, Token);
        await using var transaction = await holder.BeginTransactionAsync(Token);
        await using var hold = new NpgsqlCommand("lock table shop.totals in access exclusive mode", holder);
        await hold.ExecuteNonQueryAsync(Token);

        Assert.Equal(
            ["$.analyses[0].sql: totals.sql: canceling statement due to lock timeout (SQLSTATE 55P03). "
                + "Somebody else holds a lock on it now: ask again later"],
            await FaultsAsync());
    }

    [Fact]
    public async Task The_service_warns_of_what_does_not_fit()
    {
        await CreateAsync($"{Tables}drop table shop.totals");
        await using var database = new Database(new DatabaseOptions(_connectionString, null));
        var journal = new RecordingLogger<DatabaseFit>();

        await new DatabaseFit(database, new Pipeline(Definition()), journal).WarnAsync(Token);

        Assert.Equal(
            [
                "Warning More than runs need: the login is a superuser, who may do everything, and so may the SQL of the definition: "
                    + "alter role postgres nosuperuser, or use a login of the worker's own (docs/security.md)",
                "Warning The database does not fit the definition, and runs will fail: "
                    + "$.analyses[0].table: the database has no table shop.totals: create it",
            ],
            journal.Lines);
    }

    [Theory]
    [InlineData("select true", "")]
    [InlineData("select id, price > 0 from shop.orders", "days.sql gives 2 columns: select one, which says whether")]
    [InlineData("select true\nfrom shop.calendar", "days.sql, line 2: ")]
    [InlineData("select true where @day > now()", "days.sql, line 1: ")]
    public async Task A_query_of_days_is_tried(string sql, string fault)
    {
        await CreateAsync(Tables);
        Write("days.sql", sql);

        var faults = await FaultsAsync(Definition(
            "\"mode\": \"replace\"", more: """ "trigger": { "deadline": "18:00", "days": { "sql": "days.sql" } },"""));

        Assert.Equal(fault.Length > 0 ? 1 : 0, faults.Count);
        Assert.All(faults, one => Assert.StartsWith($"$.trigger.days.sql: {fault}", one, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_login_that_may_do_more_than_runs_need_is_named_with_what_to_revoke()
    {
        await CreateAsync(Tables);
        await ExecuteAsync(
            """
            create role "shop runner" login; create role runners; create role "shop only" login;
            create role "shop admin" login createrole; create role "shop root" superuser; grant "shop root" to "shop admin";
            grant pg_execute_server_program, pg_write_server_files to runners; grant runners to "shop runner"
            """);
        try
        {
            Assert.Empty(await PowersAsync("shop only"));
            Assert.Equal(
                [
                    "the login runs programs on the database's machine, and so may the SQL of the definition: "
                        + "revoke pg_execute_server_program from \"shop runner\", or use a login of the worker's own (docs/security.md)",
                    "the login writes files of the database's machine, and so may the SQL of the definition: "
                        + "revoke pg_write_server_files from \"shop runner\", or use a login of the worker's own (docs/security.md)",
                ],
                await PowersAsync("shop runner"));
            Assert.Equal(
                [
                    "the login makes roles, and so may the SQL of the definition: "
                        + "alter role \"shop admin\" nocreaterole, or use a login of the worker's own (docs/security.md)",
                    "the login is a member of \"shop root\", a superuser, who may do everything, and so may the SQL of the definition: "
                        + "revoke \"shop root\" from \"shop admin\", or use a login of the worker's own (docs/security.md)",
                ],
                await PowersAsync("shop admin"));
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteAsync("drop role \"shop runner\", runners, \"shop only\", \"shop admin\", \"shop root\"");
        }
    }

    /// <summary>What is no SELECT, or writes by itself. Only where nothing of it is run, the server is asked at all.</summary>
    [Theory]
    [InlineData("with gone as (delete from shop.orders returning id) select id as n, 'x' as newest from gone",
        "WITH clause containing a data-modifying statement must be at the top level (SQLSTATE 0A000)")]
    [InlineData("select 1 as n, 'x' as newest into shop.more", "SQLSTATE 42601")]
    public async Task SQL_that_is_no_SELECT_is_refused_for_checks_and_for_analyses(string sql, string fault)
    {
        await CreateAsync(Tables);
        Definition();
        Write("check.sql", sql);
        Write("totals.sql", sql);

        var faults = await FaultsAsync(DefinitionFile.Read(Path.Combine(_directory.FullName, "pipeline.json")));

        Assert.Equal(
            ["$.checks[0].sql: check.sql", "$.analyses[0].sql: totals.sql"],
            faults.Select(each => string.Join(": ", each.Split(": ")[..2]).Split(',')[0]));
        Assert.All(faults, each => Assert.Contains(fault, each, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_is_away_keeps_the_service_from_nothing()
    {
        await using var database = new Database(new DatabaseOptions("Host=127.0.0.1;Port=1;Database=gone;Username=nobody", null));
        var journal = new RecordingLogger<DatabaseFit>();

        await new DatabaseFit(database, new Pipeline(Definition()), journal).WarnAsync(Token);

        Assert.StartsWith(
            "Information Whether the database fits the definition could not be seen: ", Assert.Single(journal.Lines),
            StringComparison.Ordinal);
    }

    private async Task CreateAsync(string sql)
    {
        _connectionString = await postgres.CreateMigratedDatabaseAsync(Token);
        await ExecuteAsync(sql);
    }

    private async Task<IReadOnlyList<string>> FaultsAsync(LoadedDefinition? definition = null, string? login = null)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(_connectionString);
        connectionString.Username = login ?? connectionString.Username;
        await using var database = new Database(new DatabaseOptions(connectionString.ConnectionString, null));
        await using var connection = await database.OpenAsync(Token);
        var faults = await DatabaseFaults.InAsync(connection, definition ?? Definition(), Token);
        return [.. faults.Select(fault => $"{fault.Path}: {fault.Message}")];
    }

    private async Task<IReadOnlyList<string>> PowersAsync(string login)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(_connectionString) { Username = login };
        await using var database = new Database(new DatabaseOptions(connectionString.ConnectionString, null));
        await using var connection = await database.OpenAsync(Token);
        return await LoginPowers.ReadAsync(connection, Token);
    }

    private LoadedDefinition Definition(string option = "\"mode\": \"replace\"", string check = "", string more = "")
    {
        Write("check.sql", "select id from shop.orders\nwhere price < 0\n");
        Write("totals.sql", "select count(*) as n, max(note) as newest\nfrom shop.orders where @run_date <= @as_of\n");
        return DefinitionFile.Read(Write("pipeline.json", $$"""
            {
              "name": "shop", "timeZone": "UTC",{{more}}
              "feeds": [{ "name": "orders", "object": "in/orders.csv", "table": "shop.orders", {{option}} }],
              "checks": [{ "name": "negative", "sql": "check.sql"{{check}} }],
              "analyses": [{ "name": "totals", "sql": "totals.sql", "table": "shop.totals", "export": ["out/totals.csv"] }]
            }
            """));
    }

    private sealed class RecordingLogger<T> : ILogger<T>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {formatter(state, exception)}");
    }

    private string Write(string file, string text)
    {
        var path = Path.Combine(_directory.FullName, file);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await PostgresServer.OpenAsync(_connectionString, Token);
        await connection.ExecuteAsync(sql, Token);
    }

    private async Task<string> QueryAsync(string sql)
    {
        await using var connection = await PostgresServer.OpenAsync(_connectionString, Token);
        await using var command = connection.Text(sql);
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }
}
