-- The foreign keys by which tables outside of a set refer to tables of the set, or to what inherits from them: then none of it can be
-- truncated. For each: its name, its table, the table that it refers to, and what a DELETE there does to its rows; null where it is
-- refused. @schemas, @tables: unquoted names, of equal length.
with recursive emptied as (
    select class.oid
    from rows from (pg_catalog.unnest(@schemas::text[]), pg_catalog.unnest(@tables::text[])) as name (schema_name, table_name)
    join pg_catalog.pg_namespace as namespace on namespace.nspname = name.schema_name
    join pg_catalog.pg_class as class on class.relnamespace = namespace.oid and class.relname = name.table_name
    union
    select child.inhrelid
    from emptied
    join pg_catalog.pg_inherits as child on child.inhparent = emptied.oid
)
select distinct key.conname, referring.oid::pg_catalog.regclass::text, referred.oid::pg_catalog.regclass::text,
    case key.confdeltype when 'c' then 'CASCADE' when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' end
from pg_catalog.pg_constraint as key
join pg_catalog.pg_class as referring on referring.oid = key.conrelid
join pg_catalog.pg_class as referred on referred.oid = key.confrelid
where key.contype = 'f'
  and key.confrelid in (select oid from emptied)
  and key.conrelid not in (select oid from emptied)
order by 1, 2, 3;
