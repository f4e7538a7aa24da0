-- Whether the primary key of a table is deferrable. @schema, @table: unquoted names.
select exists (
    select
    from pg_catalog.pg_constraint as con
    join pg_catalog.pg_class as class on class.oid = con.conrelid
    join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname = @schema and class.relname = @table and con.contype = 'p' and con.condeferrable
);
