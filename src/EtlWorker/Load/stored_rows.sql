-- How many rows this transaction has stored in a table and in those that inherit from it, so far; null where the server does not count.
-- @schema, @table: unquoted names.
with recursive tree as (
    select class.oid
    from pg_catalog.pg_class as class
    join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) class.relnamespace
    where namespace.nspname operator(pg_catalog.=) @schema and class.relname operator(pg_catalog.=) @table
    union
    select child.inhrelid
    from tree
    join pg_catalog.pg_inherits as child on child.inhparent operator(pg_catalog.=) tree.oid
)
select case when pg_catalog.current_setting('track_counts') operator(pg_catalog.=) 'on'
    then (select pg_catalog.sum(pg_catalog.pg_stat_get_xact_tuples_inserted(tree.oid))::bigint from tree) end;
