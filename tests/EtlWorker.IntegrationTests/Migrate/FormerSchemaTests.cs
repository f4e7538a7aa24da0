using System.Globalization;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Migrate;

/// <summary>
/// A database of the time when the ledger's migrations made retail's tables as well (Migrate/migrate.sql is the script of that time) goes
/// over: its ledger becomes that of a new database, and the tables of retail stay as they are.
/// </summary>
public sealed class FormerSchemaTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string EndOfBlock = "END $EF$;";
    private const string Warehouse = "'staging', 'if_common', 'analytics'";

    /// <summary>What only a person can have put there, a calendar of their own and a column of their own among it.</summary>
    private const string Rows = """
        insert into staging.orders values (1, 2, '2026-01-03', 4, 5, 6, 30);
        insert into staging.reviews values (5, 4), (5, 4);
        insert into staging.shipment_deliveries values (1, 1, '2026-01-04', null);
        delete from if_common.dim_dates where calendar_dt > '2015-01-02';
        insert into if_common.dim_products values (4, 'tools', 'hammer');
        insert into analytics.agg_shipments values ('2026-01-05', 1, 2);
        alter table if_common.dim_customers add mood text default 'good';
        """;

    private LocalAws _aws = null!;

    private static string FormerScript => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Migrate", "migrate.sql"));

    public static TheoryData<int> Migrations => [.. Enumerable.Range(1, 9)];

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [MemberData(nameof(Migrations))]
    public async Task From_each_of_its_migrations_it_goes_over_and_no_table_of_retail_is_touched(int applied)
    {
        await using var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        await ExecuteAsync(rig, ScriptOf(applied));
        await ExecuteAsync(rig, Rows);
        var (catalogue, rows) = (await CatalogueAsync(rig, Warehouse, "c.oid, c.relfilenode, c.xmin"), await RowsAsync(rig));
        Assert.Equal(applied, await rig.QueryAsync<long>("select count(*) from etl.migration"));

        await rig.MigrateAsync();
        await rig.MigrateAsync();

        Assert.Equal(catalogue, await CatalogueAsync(rig, Warehouse, "c.oid, c.relfilenode, c.xmin"));
        Assert.Equal(rows, await RowsAsync(rig));
        Assert.Equal(
            "retail migrations/001_tables.sql",
            await rig.QueryAsync<string>("select string_agg(pipeline || ' ' || file, ', ') from etl.pipeline_migration"));
        await using var fresh = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        Assert.Equal(await CatalogueAsync(fresh, "'etl'"), await CatalogueAsync(rig, "'etl'"));
        Assert.Equal(
            await fresh.QueryAsync<string>("select string_agg(migration_id, ' ' order by migration_id) from etl.migration"),
            await rig.QueryAsync<string>("select string_agg(migration_id, ' ' order by migration_id) from etl.migration"));
    }

    [Fact]
    public async Task A_new_database_has_the_tables_of_retail_that_a_former_one_had()
    {
        await using var former = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        await ExecuteAsync(former, FormerScript);
        await using var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);

        await rig.MigrateAsync();

        Assert.Equal(await CatalogueAsync(former, Warehouse), await CatalogueAsync(rig, Warehouse));
        const string calendar = "select * from if_common.dim_dates order by calendar_dt";
        Assert.Equal(await former.CsvAsync(calendar), await rig.CsvAsync(calendar));
    }

    [Fact]
    public async Task Without_the_pipeline_there_are_no_tables_of_retail()
    {
        await using var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        rig.Environment.Remove("ETLWORKER__PIPELINE__DEFINITION");

        await rig.MigrateAsync();

        Assert.Equal("", await CatalogueAsync(rig, Warehouse));
        Assert.Equal(0, await rig.QueryAsync<long>($"select count(*) from pg_namespace where nspname in ({Warehouse})"));
    }

    /// <summary>The script's beginning up to the record of its n-th migration.</summary>
    private static string ScriptOf(int migrations)
    {
        var blocks = FormerScript.Split(EndOfBlock);
        var last = blocks.Index().Where(block => block.Item.Contains("INSERT INTO etl.migration (", StringComparison.Ordinal))
            .ElementAt(migrations - 1).Index;
        return string.Join(EndOfBlock, blocks.Take(last + 1)) + EndOfBlock;
    }

    private static async Task ExecuteAsync(Rig rig, string sql)
    {
        await using var connection = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token);
#pragma warning disable CA2100 // SQL of the test's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(rig.Token);
    }

    /// <summary>Tables, columns, constraints, indexes, views, owners and rights, a line each.</summary>
    /// <param name="rig">Whose database.</param>
    /// <param name="schemas">Quoted.</param>
    /// <param name="more">More columns of pg_class c.</param>
    private static Task<string> CatalogueAsync(Rig rig, string schemas, string more = "''") => rig.QueryAsync<string>(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        with c as (
            select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as name, concat_ws(' ', {more}) as more
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ({schemas})
        )
        select coalesce(string_agg(line, chr(10) order by line), '') from (
            select concat_ws(' ', name, relkind, relowner::regrole, relacl, more) as line from c
            union all
            select concat_ws(' ', name, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                pg_get_expr(d.adbin, d.adrelid))
            from c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where a.attnum > 0 and not a.attisdropped
            union all
            select concat_ws(' ', name, o.conname, pg_get_constraintdef(o.oid)) from c join pg_constraint o on o.conrelid = c.oid
            union all
            select concat_ws(' ', name, pg_get_indexdef(c.oid)) from c where relkind = 'i'
            union all
            select concat_ws(' ', name, pg_get_viewdef(c.oid)) from c where relkind = 'v'
        ) as lines
        """));

    /// <summary>Every row with the transaction that wrote it.</summary>
    private static async Task<string> RowsAsync(Rig rig)
    {
        var tables = await rig.QueryAsync<string>(
            $"select string_agg(format('%I.%I', schemaname, tablename), ' ' order by 1) from pg_tables where schemaname in ({Warehouse})");
        var rows = await Task.WhenAll(
            tables.Split(' ').Select(table => rig.CsvAsync($"select xmin::text, t.* from {table} t order by 1, 2")));
        return string.Join('\n', rows);
    }
}
