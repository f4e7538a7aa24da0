-- The deferred constraints that a load of some tables may violate: theirs, and the foreign keys of other tables that refer to them. For
-- each: its schema, its name, whether it is a foreign key, its table's schema and name, the schema and name of the table it refers to.
-- @schemas, @tables: unquoted names, of equal length.
with loaded as (
    select class.oid
    from rows from (pg_catalog.unnest(@schemas::text[]), pg_catalog.unnest(@tables::text[])) as name (schema_name, table_name)
    join pg_catalog.pg_namespace as namespace on namespace.nspname = name.schema_name
    join pg_catalog.pg_class as class on class.relnamespace = namespace.oid and class.relname = name.table_name
)
select
    space.nspname::text, con.conname::text, con.contype = 'f',
    own_space.nspname::text, own.relname::text, referred_space.nspname::text, referred.relname::text
from pg_catalog.pg_constraint as con
join pg_catalog.pg_namespace as space on space.oid = con.connamespace
join pg_catalog.pg_class as own on own.oid = con.conrelid
join pg_catalog.pg_namespace as own_space on own_space.oid = own.relnamespace
left join pg_catalog.pg_class as referred on referred.oid = con.confrelid
left join pg_catalog.pg_namespace as referred_space on referred_space.oid = referred.relnamespace
where con.condeferred
  and con.contype in ('f', 'u', 'p', 'x')
  -- Of a partition's the one of the partitioned table stands for all.
  and con.conparentid = 0
  and (con.conrelid in (select oid from loaded) or con.confrelid in (select oid from loaded))
order by 1, 2, 4, 5;
