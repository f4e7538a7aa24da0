-- Why the indexes of a table stay in place while rows are loaded into it: the first reason that holds, for a person; null where they may
-- be taken away and made again. @schema, @table: unquoted names.
with target as (
    select class.*
    from pg_catalog.pg_class as class
    join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname = @schema and class.relname = @table
), index as (
    select index.*, class.reltablespace, method.amname, con.oid as constraint_oid, con.contype, con.condeferrable,
        coalesce((pg_catalog.to_jsonb(con) ->> 'conperiod')::boolean, false) as is_temporal
    from target
    join pg_catalog.pg_index as index on index.indrelid = target.oid
    join pg_catalog.pg_class as class on class.oid = index.indexrelid
    join pg_catalog.pg_am as method on method.oid = class.relam
    left join pg_catalog.pg_constraint as con on con.conindid = index.indexrelid and con.conrelid = target.oid and con.contype <> 'f'
)
select case
    when not exists (select from index) then 'there are none'
    when target.relkind <> 'r' or target.relispartition
        or exists (select from pg_catalog.pg_inherits as child where target.oid in (child.inhparent, child.inhrelid))
        then 'the table is partitioned, or inherits'
    when exists (select from pg_catalog.pg_am as method where method.oid = target.relam and method.amname <> 'heap')
        then 'the table is no heap'
    -- Citus makes the indexes of a distributed table on every node, by rules of its own.
    when exists (select from pg_catalog.pg_extension as extension where extension.extname = 'citus') then 'the database is a Citus cluster'
    when not pg_catalog.pg_has_role(target.relowner, 'usage') then 'this login does not own the table'
    when not pg_catalog.has_schema_privilege(target.relnamespace, 'create')
        or exists (
            select from index
            where index.reltablespace <> 0 and not pg_catalog.has_tablespace_privilege(index.reltablespace, 'create'))
        then 'this login may make no index there'
    when exists (select from pg_catalog.pg_constraint as con where con.contype = 'f' and con.confrelid = target.oid)
        then 'a foreign key refers to the table'
    when exists (select from pg_catalog.pg_trigger as trigger where trigger.tgrelid = target.oid and not trigger.tgisinternal)
        then 'the table has triggers'
    -- A rule may turn what is inserted into something else, or nothing.
    when exists (select from pg_catalog.pg_rewrite as rule where rule.ev_class = target.oid) then 'the table has rules'
    -- To make an index takes room to sort in; a row added to one takes none.
    when pg_catalog.current_setting('temp_file_limit') <> '-1' then 'temp_file_limit is set'
    when exists (select from pg_catalog.pg_event_trigger as trigger where trigger.evtenabled <> 'D') then 'the database has event triggers'
    -- Half dropped. One that was half made is valid by now: TRUNCATE made it again.
    when exists (select from index where not (index.indislive and index.indisready and index.indisvalid)) then 'an index is not valid'
    when exists (select from index where index.condeferrable) then 'a key is deferrable'
    -- Its rows are judged at the commit, and until then the table cannot be altered.
    when exists (select from pg_catalog.pg_constraint as con where con.conrelid = target.oid and con.condeferred)
        then 'a constraint is deferred'
    when exists (select from index where index.is_temporal) then 'a key is temporal'
    -- Such a function may be found by another path when an index is made than when a row is added (always since PostgreSQL 17), and then
    -- call something else. What is PostgreSQL's own has no dependency, and functions in C look up no names.
    when exists (
        select
        from index
        join pg_catalog.pg_depend as needed on (needed.classid = 'pg_catalog.pg_class'::regclass and needed.objid = index.indexrelid)
            or (needed.classid = 'pg_catalog.pg_constraint'::regclass and needed.objid = index.constraint_oid)
        left join pg_catalog.pg_proc as function
            on needed.refclassid = 'pg_catalog.pg_proc'::regclass and function.oid = needed.refobjid
        left join pg_catalog.pg_language as language on language.oid = function.prolang
        where language.lanname not in ('internal', 'c')
            or (
                needed.refclassid in (
                    'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass,
                    'pg_catalog.pg_type'::regclass)
                and not exists (
                    select from pg_catalog.pg_depend as member
                    where member.classid = needed.refclassid and member.objid = needed.refobjid and member.deptype = 'e')
            )
    ) then 'an index calls a function'
    when exists (
        select from pg_catalog.pg_publication_tables as published
        where published.schemaname = @schema and published.tablename = @table
    ) then 'the table is published'
    -- Views that group by the key, functions with a body of SQL, and whatever else: it would be lost, or keep the index from going.
    when exists (
        select
        from index
        join pg_catalog.pg_depend as needs on needs.deptype not in ('i', 'P', 'S') and (
            (needs.refclassid = 'pg_catalog.pg_class'::regclass and needs.refobjid = index.indexrelid)
            or (needs.refclassid = 'pg_catalog.pg_constraint'::regclass and needs.refobjid = index.constraint_oid))
    ) then 'a view or a function depends on an index'
    -- An extension's own index, which a dump leaves to the extension.
    when exists (
        select
        from index
        join pg_catalog.pg_depend as needed on needed.deptype = 'e' and (
            (needed.classid = 'pg_catalog.pg_class'::regclass and needed.objid = index.indexrelid)
            or (needed.classid = 'pg_catalog.pg_constraint'::regclass and needed.objid = index.constraint_oid))
    ) then 'an index belongs to an extension'
end
from target;
