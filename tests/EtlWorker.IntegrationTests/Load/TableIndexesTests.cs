using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>
/// Every kind of key and index, before and after a load that replaces all rows: the catalogue has what it had, and the load says which
/// way it took.
/// </summary>
public sealed class TableIndexesTests(PostgresServer postgres)
{
    private const string Catalogue =
        """
        select coalesce(string_agg(line, E'\n'), '')
        from (
            select concat_ws('; ', place, definition, con, flags, comments, statistics, extensions) as line
            from (
                select
                    row_number() over (order by index.indexrelid) as place,
                    pg_get_indexdef(index.indexrelid) as definition,
                    (
                        select con.conname || ' ' || con.contype::text || ' ' || pg_get_constraintdef(con.oid)
                        from pg_constraint as con where con.conindid = index.indexrelid and con.contype <> 'f'
                    ) as con,
                    concat_ws(' ', index.indisunique, index.indisprimary, index.indisclustered, index.indisreplident, index.indisvalid,
                        class.reltablespace, class.reloptions, pg_get_userbyid(class.relowner)) as flags,
                    concat_ws(' ', obj_description(index.indexrelid, 'pg_class'), (
                        select obj_description(con.oid, 'pg_constraint')
                        from pg_constraint as con where con.conindid = index.indexrelid and con.contype <> 'f'
                    )) as comments,
                    (
                        select string_agg(attnum || '=' || attstattarget, ' ' order by attnum)
                        from pg_attribute where attrelid = index.indexrelid and attstattarget >= 0
                    ) as statistics,
                    (
                        select string_agg(extname, ' ')
                        from pg_depend join pg_extension on pg_extension.oid = refobjid
                        where objid = index.indexrelid and deptype = 'x'
                    ) as extensions
                from pg_index as index
                join pg_class as class on class.oid = index.indexrelid
                where index.indrelid = 'public.feed'::regclass
            ) as described
            union all
            select concat_ws(' ', 'column', attname, attnotnull)
            from pg_attribute where attrelid = 'public.feed'::regclass and attnum > 0 and not attisdropped
            union all
            select concat_ws(' ', 'identity', relreplident) from pg_class where oid = 'public.feed'::regclass
        ) as lines
        """;

    private const string File = "id,name,at\n1,one,2026-01-01\n2,two,2026-01-02\n3,three,2026-01-03\n";

    [Theory]
    [InlineData("id int primary key, name text, at date", "")]
    [InlineData("id int, name text, at date, constraint \"odd \"\"name\" primary key (id) include (name) with (fillfactor = 70)", "")]
    [InlineData("id int constraint u unique nulls not distinct, name text, at date", "")]
    [InlineData("id int, name text, at date",
        """
        create index plain on public.feed (name desc nulls last, at);
        create unique index "Unique" on public.feed (id, name collate "C") include (at);
        create index part on public.feed (at) where name <> 'it''s; done';
        create index expression on public.feed (lower(name), (id + 1)) with (fillfactor = 60);
        create index hashed on public.feed using hash (name);
        create index ranges on public.feed using brin (at) with (pages_per_range = 8);
        create index patterns on public.feed (name text_pattern_ops)
        """)]
    [InlineData("id int primary key, name text, at date, exclude using btree (name with =) with (fillfactor = 80) where (id > 0)", "")]
    [InlineData("id int primary key, name text unique, at date",
        """
        comment on index public.feed_pkey is 'of an index; it''s';
        comment on constraint feed_pkey on public.feed is E'of a constraint\nof two lines \\ and a backslash';
        comment on constraint feed_name_key on public.feed is $$unique$$
        """)]
    [InlineData("id int primary key, name text, at date",
        "create index wide on public.feed (id, lower(name)); alter index public.wide alter column 2 set statistics 500")]
    [InlineData("id int primary key, name text, at date", "alter table public.feed cluster on feed_pkey")]
    [InlineData("id int primary key, name text, at date",
        "create unique index other on public.feed (id); alter table public.feed replica identity using index other")]
    [InlineData("id int primary key, name text, at date", "alter table public.feed replica identity full")]
    [InlineData("id int primary key, name text, at date",
        "create index helped on public.feed (name); alter index public.helped depends on extension plpgsql")]
    [InlineData("id int primary key, name text, at date", "alter index public.feed_pkey set tablespace pg_default")]
    [InlineData("id int primary key, name text references public.other, at date", "", "create table public.other (name text primary key);"
        + "insert into public.other values ('one'), ('two'), ('three')")]
    [InlineData("id int not null, name text, at date, constraint \"feed_id_check\" check (id > 0), unique (id)",
        "alter table public.feed rename constraint feed_id_key to renamed")]
    public async Task They_are_made_again_as_they_were(string columns, string statements, string before = "")
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "");
        await rig.ExecuteAsync(before);
        await rig.ExecuteAsync($"create table public.feed ({columns})");
        await rig.ExecuteAsync(statements);
        var catalogue = await rig.QueryAsync<string>(Catalogue);
        var oldest = await rig.QueryAsync<long>("select min(indexrelid)::bigint from pg_index where indrelid = 'public.feed'::regclass");

        var loaded = await rig.LoadAsync(File);

        Assert.Equal(("rebuilt", 3L, false), (loaded.Result.Indexes, loaded.Result.RowsLoaded, loaded.WasRowByRow));
        Assert.Equal(catalogue, await rig.QueryAsync<string>(Catalogue));
        Assert.True(
            oldest < await rig.QueryAsync<long>("select min(indexrelid)::bigint from pg_index where indrelid = 'public.feed'::regclass"));
        Assert.Equal(3, (await rig.RowsAsync()).Length);
        Assert.Equal(catalogue, await AgainAsync(rig));
    }

    [Theory]
    [InlineData("there are none", "id int, name text, at date", "")]
    [InlineData("the table is partitioned, or inherits", "id int primary key, name text, at date) partition by range (id",
        "create table public.part partition of public.feed for values from (0) to (100)")]
    [InlineData("the table is partitioned, or inherits", "id int primary key, name text, at date",
        "create table public.child () inherits (public.feed)")]
    [InlineData("its rows were deleted one by one", "id int primary key, name text, at date",
        "create table public.other (id int references public.feed)")]
    [InlineData("a foreign key refers to the table", "id int primary key, name text, at date",
        "alter table public.feed add column parent int references public.feed")]
    [InlineData("the table has triggers", "id int primary key, name text, at date",
        """
        create function public.nothing() returns trigger language plpgsql as 'begin return new; end';
        create trigger nothing before insert on public.feed for each row execute function public.nothing()
        """)]
    [InlineData("the table has rules", "id int primary key, name text, at date",
        "create rule none as on insert to public.feed where new.id < 0 do instead nothing")]
    [InlineData("the database has event triggers", "id int primary key, name text, at date",
        """
        create function public.seen() returns event_trigger language plpgsql as 'begin end';
        create event trigger seen on ddl_command_end execute function public.seen()
        """)]
    [InlineData("a key is deferrable", "id int primary key deferrable initially immediate, name text, at date", "")]
    [InlineData("a constraint is deferred", "id int primary key, name text, at date",
        """
        create table public.other (name text primary key);
        insert into public.other values ('one'), ('two'), ('three');
        alter table public.feed add foreign key (name) references public.other deferrable initially deferred
        """)]
    [InlineData("an index calls a function", "id int primary key, name text, at date",
        """
        create function public.plain(value text) returns text language sql immutable as 'select lower(value)';
        create index of_function on public.feed (public.plain(name))
        """)]
    [InlineData("an index calls a function", "id int primary key, name text, at date",
        """
        create function public.same(text, text) returns bool language plpgsql immutable as 'begin return $1 = $2; end';
        create operator public.=== (function = public.same, leftarg = text, rightarg = text);
        create index of_operator on public.feed ((name operator(public.===) 'one'))
        """)]
    [InlineData("an index calls a function", "id int primary key, name text, at date",
        """
        create function public.is_good(text) returns bool language plpgsql immutable as 'begin return $1 <> $$bad$$; end';
        create domain public.good as text check (public.is_good(value));
        create index of_domain on public.feed ((name::public.good))
        """)]
    [InlineData("an index calls a function", "id int, name text, at date",
        """
        create function public.same(text, text) returns bool language plpgsql immutable as 'begin return $1 = $2; end';
        create operator public.=== (function = public.same, leftarg = text, rightarg = text, commutator = ===);
        create operator class public.sames for type text using hash as operator 1 public.===, function 1 pg_catalog.hashtext(text);
        alter table public.feed add constraint apart exclude using hash (name public.sames with public.===)
        """)]
    // As a DROP INDEX CONCURRENTLY leaves it that was cancelled. Made again it would refuse the second row.
    [InlineData("an index is not valid", "id int primary key, name text, at date",
        """
        create unique index dropped on public.feed ((id > 0));
        update pg_index set indisvalid = false, indisready = false, indislive = false where indexrelid = 'public.dropped'::regclass
        """)]
    [InlineData("temp_file_limit is set", "id int primary key, name text, at date",
        """
        do $$ begin execute format('alter database %I set temp_file_limit = ''1GB''', pg_catalog.current_database()); end $$
        """)]
    [InlineData("the table is published", "id int primary key, name text, at date", "create publication chosen for table public.feed")]
    [InlineData("the table is published", "id int primary key, name text, at date", "create publication each for all tables")]
    [InlineData("a view or a function depends on an index", "id int primary key, name text, at date",
        "create view public.grouped as select id, name from public.feed group by id")]
    [InlineData("a view or a function depends on an index", "id int primary key, name text, at date",
        """
        create function public.grouped() returns bigint language sql
        return (select count(*) from (select id, name from public.feed group by id) as one)
        """)]
    [InlineData("a view or a function depends on an index", "id int primary key, name text, at date",
        """
        create view public.ids as select id, name from public.feed;
        create rule kept as on insert to public.ids do instead
        insert into public.feed values (new.id, new.name) on conflict on constraint feed_pkey do nothing
        """)]
    public async Task They_stay_in_place(string obstacle, string columns, string statements)
    {
        await using var rig = await LoadRig.CreateAsync(postgres, columns);
        await rig.ExecuteAsync(statements);
        await rig.ReconnectAsync();
        var catalogue = await rig.QueryAsync<string>(Catalogue);

        var loaded = await rig.LoadAsync(File);

        Assert.Equal(($"in place: {obstacle}", 3L), (loaded.Result.Indexes, loaded.Result.RowsLoaded));
        Assert.Equal(catalogue, await rig.QueryAsync<string>(Catalogue));
        Assert.Equal(catalogue, await AgainAsync(rig));
    }

    /// <summary>A login that only may write cannot make them.</summary>
    [Theory]
    [InlineData("this login does not own the table", "grant create on schema public to writer")]
    [InlineData("this login may make no index there",
        "revoke create on schema public from public; alter table public.feed owner to writer")]
    public async Task A_login_without_the_right_leaves_them_in_place(string obstacle, string rights)
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, name text, at date");
        // Roles are the server's, and other tests make theirs beside this one.
        var writer = $"writer_of_{rig.Connection.Database}";
        await rig.ExecuteAsync(
            $"""
            create role {writer};
            {rights.Replace("writer", writer, StringComparison.Ordinal)};
            grant select, insert, truncate on public.feed to {writer};
            grant all on schema etl to {writer};
            grant all on all tables in schema etl to {writer};
            set role {writer}
            """);

        var loaded = await rig.LoadAsync(File);

        await rig.ExecuteAsync($"reset role; drop owned by {writer}; drop role {writer}");
        Assert.Equal($"in place: {obstacle}", loaded.Result.Indexes);
    }

    [Theory]
    [InlineData("\"mode\": \"append\"")]
    [InlineData("\"mode\": \"merge\"")]
    public async Task A_feed_that_adds_leaves_them_in_place(string mode)
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, name text, at date");
        var feed = LoadRig.Feed with
        {
            Mode = mode.Contains("append", StringComparison.Ordinal) ? Domain.Pipelines.LoadMode.Append : Domain.Pipelines.LoadMode.Merge,
        };

        Assert.Equal("in place: the feed adds to the table", (await rig.LoadAsync(File, feed)).Result.Indexes);
    }

    /// <summary>What an index refuses is refused row by row, with the same words as when it is in place.</summary>
    [Theory]
    [InlineData("id int primary key, name text, at date", "", "5 id duplicate_key", "rebuilt")]
    [InlineData("id int, name text, at date", "create unique index u on public.feed (lower(name))", "6 duplicate_key",
        "in place: one could not be made over the rows (SQLSTATE 23505)")]
    [InlineData("id int, name text, at date, exclude using btree (name with =)", "", "6 constraint",
        "in place: one could not be made over the rows (SQLSTATE 23P01)")]
    [InlineData("id int, name text, at date", "create index part on public.feed ((100 / (id - 5)))", "7 constraint",
        "in place: one could not be made over the rows (SQLSTATE 22012)")]
    public async Task What_one_refuses_is_told_by_its_row(string columns, string statements, string reject, string way)
    {
        const string Bad = File + "1,again,2026-01-04\n4,one,2026-01-05\n5,five,2026-01-06\n6,six,2026-01-07\n";
        await using var rig = await LoadRig.CreateAsync(postgres, columns);
        await rig.ExecuteAsync(statements);
        var catalogue = await rig.QueryAsync<string>(Catalogue);

        var loaded = await rig.LoadAsync(Bad);

        Assert.Equal([reject], loaded.Rejects);
        var result = loaded.Result;
        Assert.Equal((6L, 1L, true, way), (result.RowsLoaded, result.RowsRejected, loaded.WasRowByRow, result.Indexes));
        Assert.Equal(catalogue, await rig.QueryAsync<string>(Catalogue));
        Assert.Equal(6, (await rig.RowsAsync()).Length);
    }

    /// <summary>As hstore refuses a text before PostgreSQL 16: with an internal error, which ends the session.</summary>
    [Fact]
    public async Task A_row_over_which_an_index_ends_the_session_is_refused_alone()
    {
        await using var rig = await LoadRig.CreateAsync(postgres, "id int primary key, name text");
        await rig.ExecuteAsync(
            "create extension hstore; create index h on public.feed ((name::public.hstore operator(public.->) 'a'))");

        var loaded = await rig.LoadAsync("id,name\n1,a=>1\n2,bad\n3,a=>3\n");

        Assert.Equal(["3 constraint"], loaded.Rejects);
        Assert.Equal(2, loaded.Result.RowsLoaded);
    }

    /// <summary>A second day, and one that fails: nothing of the indexes changes.</summary>
    private static async Task<string> AgainAsync(LoadRig rig)
    {
        await rig.LoadAsync(File);
        var limited = new Domain.Pipelines.RejectLimit { Max = 0, MaxPercent = 0 };
        await Assert.ThrowsAsync<Domain.Runs.RunFailedException>(() => rig.LoadAsync(File + "x,bad,row\n", null, limited));
        return await rig.QueryAsync<string>(Catalogue);
    }
}
