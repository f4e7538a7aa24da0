-- Whether something of a table, or of one that inherits from it, may keep a row from being stored without an error: a trigger before its
-- insert, or a rule. @schema, @table: unquoted names.
with recursive tree as (
    select class.oid
    from pg_catalog.pg_class as class
    join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname = @schema and class.relname = @table
    union
    select child.inhrelid
    from tree
    join pg_catalog.pg_inherits as child on child.inhparent = tree.oid
)
select exists (
    select
    from pg_catalog.pg_trigger as trigger
    where trigger.tgrelid in (select oid from tree)
      and not trigger.tgisinternal
      and trigger.tgenabled <> 'D'
      -- For each row (1), before (2), of an insert (4).
      and trigger.tgtype::integer & 7 = 7
) or exists (
    select
    from pg_catalog.pg_rewrite as rule
    where rule.ev_class in (select oid from tree) and rule.ev_type = '3'
);
