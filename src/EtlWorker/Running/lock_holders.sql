-- The sessions whose lock on one of these tables, or on a part of one, keeps the worker from it.
-- @schemas, @tables: unquoted names, of equal length; @emptied: whether the worker empties the table, so that every lock is in its way.
select distinct
    pg_catalog.format('%I.%I', name.schema_name, name.table_name),
    held.pid,
    coalesce(holder.usename::pg_catalog.text, '?'),
    coalesce(nullif(holder.application_name, ''), '?')
from rows from (
    pg_catalog.unnest(@schemas::pg_catalog.text[]), pg_catalog.unnest(@tables::pg_catalog.text[]),
    pg_catalog.unnest(@emptied::pg_catalog.bool[])
) as name (schema_name, table_name, is_emptied)
join pg_catalog.pg_namespace as namespace on namespace.nspname = name.schema_name
join pg_catalog.pg_class as class on class.relnamespace = namespace.oid and class.relname = name.table_name
left join pg_catalog.pg_inherits as part on part.inhparent = class.oid
join pg_catalog.pg_locks as held on held.relation = class.oid or held.relation = part.inhrelid
left join pg_catalog.pg_stat_activity as holder on holder.pid = held.pid
where held.locktype = 'relation'
  and held.granted
  and held.pid is not null
  and held.pid <> pg_catalog.pg_backend_pid()
  and held.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and (name.is_emptied or held.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
order by 1, 2;
