-- The columns that a file may fill, in order: name, type, type name, type modifier, not null, default or identity, and the
-- type to which text is cast before it is assigned to the column: without its modifier, for an explicit cast cuts what is
-- too long where an assignment refuses it.
-- @schema, @table: unquoted names.
select
    attribute.attname::text,
    pg_catalog.replace(
        pg_catalog.format_type(attribute.atttypid, attribute.atttypmod), pg_catalog.quote_ident(type_space.nspname::text) || '.', ''),
    case when type.typnamespace = 'pg_catalog'::regnamespace then type.typname::text else '' end,
    attribute.atttypmod,
    attribute.attnotnull,
    attribute.atthasdef or attribute.attidentity <> '',
    (
        select pg_catalog.quote_ident(space.nspname::text) || '.' || pg_catalog.quote_ident(base.typname::text)
        from pg_catalog.pg_type as base
        join pg_catalog.pg_namespace as space on space.oid = base.typnamespace
        where base.oid = case when type.typtype = 'd' then type.typbasetype else type.oid end
    )
from pg_catalog.pg_attribute as attribute
join pg_catalog.pg_class as class on class.oid = attribute.attrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_type as type on type.oid = attribute.atttypid
join pg_catalog.pg_namespace as type_space on type_space.oid = type.typnamespace
where namespace.nspname = @schema
  and class.relname = @table
  and class.relkind in ('r', 'p')
  and attribute.attnum > 0
  and not attribute.attisdropped
  and attribute.attgenerated = ''
order by attribute.attnum;
