-- What there is of each table, and what this login may do with it: whether its schema exists and may be used, its kind (null where there
-- is no such table), whether it may be read, filled, updated, deleted from and truncated (by columns where rights are given so), whether
-- policies apply to this login, and the names of the schema's tables. @schemas, @tables: unquoted names, of equal length.
select
    namespace.oid is not null,
    coalesce(pg_catalog.has_schema_privilege(namespace.oid, 'usage'), false),
    class.relkind::text,
    coalesce(pg_catalog.has_any_column_privilege(class.oid, 'select'), false),
    coalesce(pg_catalog.has_any_column_privilege(class.oid, 'insert'), false),
    coalesce(pg_catalog.has_any_column_privilege(class.oid, 'update'), false),
    coalesce(pg_catalog.has_table_privilege(class.oid, 'delete'), false),
    coalesce(pg_catalog.has_table_privilege(class.oid, 'truncate'), false),
    coalesce(pg_catalog.row_security_active(class.oid), false),
    array(
        select other.relname::text
        from pg_catalog.pg_class as other
        where other.relnamespace = namespace.oid and other.relkind in ('r', 'p')
        order by other.relname
    ),
    pg_catalog.quote_ident(current_user)
from rows from (pg_catalog.unnest(@schemas::text[]), pg_catalog.unnest(@tables::text[]))
    with ordinality as name (schema_name, table_name, place)
left join pg_catalog.pg_namespace as namespace on namespace.nspname = name.schema_name
left join pg_catalog.pg_class as class
    on class.relnamespace = namespace.oid and class.relname = name.table_name and class.relkind in ('r', 'p', 'v', 'm', 'f')
order by name.place;
