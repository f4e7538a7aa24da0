-- Whether a foreign key of a table outside of the set refers to a table of the set: then none of it can be truncated.
-- @schemas, @tables: unquoted names, of equal length.
with emptied as (
    select class.oid
    from rows from (pg_catalog.unnest(@schemas::text[]), pg_catalog.unnest(@tables::text[])) as name (schema_name, table_name)
    join pg_catalog.pg_namespace as namespace on namespace.nspname = name.schema_name
    join pg_catalog.pg_class as class on class.relnamespace = namespace.oid and class.relname = name.table_name
)
select exists (
    select
    from pg_catalog.pg_constraint as key
    where key.contype = 'f'
      and key.confrelid in (select oid from emptied)
      and key.conrelid not in (select oid from emptied)
);
