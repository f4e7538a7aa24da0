-- For each index of a table, in the order in which they were made: what takes it away, and what makes it again as it was. The order
-- decides which of several constraints a refused row is told of. @schema, @table: unquoted names.
with index as (
    select
        index.indexrelid as oid,
        index.indisclustered,
        index.indisreplident and target.relreplident = 'i' as is_identity,
        con.oid as constraint_oid,
        con.contype,
        class.reltablespace,
        pg_catalog.format('%I', class.relname) as name,
        pg_catalog.format('%I.%I', namespace.nspname, class.relname) as qualified,
        pg_catalog.format('%I.%I', namespace.nspname, target.relname) as table_name
    from pg_catalog.pg_namespace as namespace
    join pg_catalog.pg_class as target on target.relnamespace = namespace.oid
    join pg_catalog.pg_index as index on index.indrelid = target.oid
    join pg_catalog.pg_class as class on class.oid = index.indexrelid
    left join pg_catalog.pg_constraint as con
        on con.conindid = index.indexrelid and con.conrelid = target.oid and con.contype in ('p', 'u', 'x')
    where namespace.nspname = @schema and target.relname = @table
), statement as (
    select oid, 0 as place, 0 as part,
        case when constraint_oid is null
            then pg_catalog.format('drop index %s', qualified)
            else pg_catalog.format('alter table %s drop constraint %s', table_name, name)
        end as text
    from index
    union all
    select index.oid, 1, 0,
        pg_catalog.format('set local default_tablespace = %s', pg_catalog.quote_literal(coalesce(tablespace.spcname::text, '')))
    from index
    left join pg_catalog.pg_tablespace as tablespace on tablespace.oid = index.reltablespace
    union all
    select oid, 2, 0,
        case contype
            when 'x' then pg_catalog.format(
                'alter table %s add constraint %s %s', table_name, name, pg_catalog.pg_get_constraintdef(constraint_oid))
            else pg_catalog.pg_get_indexdef(oid)
        end
    from index
    union all
    select oid, 3, 0,
        pg_catalog.format(
            'alter table %s add constraint %s %s using index %s', table_name, name,
            case contype when 'p' then 'primary key' else 'unique' end, name)
    from index
    where contype in ('p', 'u')
    union all
    select index.oid, 4, column_of.attnum,
        pg_catalog.format(
            'alter index %s alter column %s set statistics %s', index.qualified, column_of.attnum, column_of.attstattarget)
    from index
    join pg_catalog.pg_attribute as column_of on column_of.attrelid = index.oid
    -- Before PostgreSQL 17 the default is -1, since then NULL.
    where column_of.attstattarget >= 0
    union all
    select index.oid, 5, 0,
        pg_catalog.format('comment on index %s is %s', index.qualified, pg_catalog.quote_literal(comment.description))
    from index
    join pg_catalog.pg_description as comment
        on comment.classoid = 'pg_catalog.pg_class'::regclass and comment.objoid = index.oid and comment.objsubid = 0
    union all
    select index.oid, 6, 0,
        pg_catalog.format(
            'comment on constraint %s on %s is %s', index.name, index.table_name, pg_catalog.quote_literal(comment.description))
    from index
    join pg_catalog.pg_description as comment
        on comment.classoid = 'pg_catalog.pg_constraint'::regclass and comment.objoid = index.constraint_oid
    union all
    select index.oid, 7, 0,
        pg_catalog.format('alter index %s depends on extension %I', index.qualified, extension.extname)
    from index
    join pg_catalog.pg_depend as needed
        on needed.classid = 'pg_catalog.pg_class'::regclass and needed.objid = index.oid and needed.deptype = 'x'
    join pg_catalog.pg_extension as extension
        on needed.refclassid = 'pg_catalog.pg_extension'::regclass and extension.oid = needed.refobjid
    union all
    select oid, 8, 0, pg_catalog.format('alter table %s cluster on %s', table_name, name)
    from index
    where indisclustered
    union all
    select oid, 9, 0, pg_catalog.format('alter table %s replica identity using index %s', table_name, name)
    from index
    where is_identity
)
select place = 0, text
from statement
order by place > 0, oid, place, part;
