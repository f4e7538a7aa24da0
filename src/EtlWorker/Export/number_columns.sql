-- The columns of a table whose values have a decimal sign, by the type beneath their domains, and whether that is money.
-- @schema, @table: unquoted names.
with recursive beneath as (
    select attribute.attname, attribute.atttypid as type
    from pg_catalog.pg_attribute as attribute
    join pg_catalog.pg_class as class on class.oid = attribute.attrelid
    join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname = @schema
      and class.relname = @table
      and class.relkind in ('r', 'p')
      and attribute.attnum > 0
      and not attribute.attisdropped
    union all
    select beneath.attname, type.typbasetype
    from beneath
    join pg_catalog.pg_type as type on type.oid = beneath.type
    where type.typtype = 'd'
)
select attname::text, type = 'pg_catalog.money'::pg_catalog.regtype
from beneath
where type in (
    'pg_catalog.numeric'::pg_catalog.regtype, 'pg_catalog.float4'::pg_catalog.regtype, 'pg_catalog.float8'::pg_catalog.regtype,
    'pg_catalog.money'::pg_catalog.regtype);
