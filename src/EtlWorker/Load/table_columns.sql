-- The columns that a file may fill, in order: name, type, name of the type beneath its domains where that is PostgreSQL's own, its
-- modifier,
-- not null, default or identity, the type beneath its domains with its schema and without a modifier (an explicit cast with one cuts
-- what is too long where an assignment refuses it), whether it is a domain, and whether it takes any text.
-- @schema, @table: unquoted names.
with recursive typed as (
    select
        attribute.attnum,
        attribute.attname,
        attribute.atttypid,
        attribute.atttypmod,
        attribute.attnotnull,
        attribute.atthasdef or attribute.attidentity <> '' as has_default
    from pg_catalog.pg_attribute as attribute
    join pg_catalog.pg_class as class on class.oid = attribute.attrelid
    join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname = @schema
      and class.relname = @table
      and class.relkind in ('r', 'p')
      and attribute.attnum > 0
      and not attribute.attisdropped
      and attribute.attgenerated = ''
), beneath as (
    select attnum, atttypid as type, atttypmod as modifier, false as not_null, false as has_default, 0 as depth
    from typed
    union all
    select beneath.attnum, type.typbasetype, type.typtypmod, type.typnotnull, type.typdefault is not null, beneath.depth + 1
    from beneath
    join pg_catalog.pg_type as type on type.oid = beneath.type
    where type.typtype = 'd'
)
select
    typed.attname::text,
    pg_catalog.replace(
        pg_catalog.format_type(typed.atttypid, typed.atttypmod), pg_catalog.quote_ident(type_space.nspname::text) || '.', ''),
    case when base.typnamespace = 'pg_catalog'::regnamespace then base.typname::text else '' end,
    deepest.modifier,
    typed.attnotnull or (select pg_catalog.bool_or(beneath.not_null) from beneath where beneath.attnum = typed.attnum),
    typed.has_default or (select pg_catalog.bool_or(beneath.has_default) from beneath where beneath.attnum = typed.attnum),
    pg_catalog.quote_ident(base_space.nspname::text) || '.' || pg_catalog.quote_ident(base.typname::text),
    type.typtype = 'd',
    base.typcategory = 'S'
from typed
join pg_catalog.pg_type as type on type.oid = typed.atttypid
join pg_catalog.pg_namespace as type_space on type_space.oid = type.typnamespace
cross join lateral (
    select beneath.type, beneath.modifier
    from beneath
    where beneath.attnum = typed.attnum
    order by beneath.depth desc
    limit 1
) as deepest
join pg_catalog.pg_type as base on base.oid = deepest.type
join pg_catalog.pg_namespace as base_space on base_space.oid = base.typnamespace
order by typed.attnum;
