-- The columns of a table, in order, with their position in its primary key (0 where they have none).
-- @schema, @table: unquoted names.
select attribute.attname::text, coalesce(pg_catalog.array_position(key.conkey, attribute.attnum), 0)
from pg_catalog.pg_attribute as attribute
join pg_catalog.pg_class as class on class.oid = attribute.attrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
left join pg_catalog.pg_constraint as key on key.conrelid = class.oid and key.contype = 'p'
where namespace.nspname = @schema
  and class.relname = @table
  and class.relkind in ('r', 'p')
  and attribute.attnum > 0
  and not attribute.attisdropped
  and attribute.attgenerated = ''
order by attribute.attnum;
