-- What a table asks of its rows beyond their types: CHECK constraints, foreign keys and unique keys, in that order, so
-- that of two rows with one key the first that is good is kept.
-- @schema, @table: unquoted names.
-- Left out, since the table itself judges them row by row: exclusion constraints, unique indexes with expressions or
-- conditions, temporal and initially deferred foreign keys, whatever is not enforced.
select rule.kind, rule.name, rule.expression, rule.columns, rule.foreign_schema, rule.foreign_table, rule.foreign_columns, rule.nulls_equal
from (
    select
        case con.contype when 'c' then 'check' else 'foreign key' end as kind,
        con.conname::text as name,
        pg_get_expr(con.conbin, con.conrelid) as expression,
        (
            select array_agg(att.attname::text order by place.ordinality)
            from unnest(con.conkey) with ordinality as place (number, ordinality)
            join pg_attribute as att on att.attrelid = con.conrelid and att.attnum = place.number
        ) as columns,
        foreign_space.nspname::text as foreign_schema,
        foreign_class.relname::text as foreign_table,
        (
            select array_agg(att.attname::text order by place.ordinality)
            from unnest(con.confkey) with ordinality as place (number, ordinality)
            join pg_attribute as att on att.attrelid = con.confrelid and att.attnum = place.number
        ) as foreign_columns,
        false as nulls_equal,
        con.conrelid as relation,
        case con.contype when 'c' then 1 else 2 end as place
    from pg_constraint as con
    left join pg_class as foreign_class on foreign_class.oid = con.confrelid
    left join pg_namespace as foreign_space on foreign_space.oid = foreign_class.relnamespace
    where con.contype in ('c', 'f')
      and not con.condeferred
      -- Columns of newer servers: PostgreSQL 18 has constraints that are not enforced, and temporal ones.
      and coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true)
      and not coalesce((to_jsonb(con) ->> 'conperiod')::boolean, false)
    union all
    select
        'unique key',
        class.relname::text,
        null,
        (
            select array_agg(att.attname::text order by place.ordinality)
            from unnest(index.indkey) with ordinality as place (number, ordinality)
            join pg_attribute as att on att.attrelid = index.indrelid and att.attnum = place.number
            where place.ordinality <= index.indnkeyatts
        ),
        null,
        null,
        null,
        -- PostgreSQL 15: a unique key to which two NULLs are equal.
        coalesce((to_jsonb(index) ->> 'indnullsnotdistinct')::boolean, false),
        index.indrelid,
        3
    from pg_index as index
    join pg_class as class on class.oid = index.indexrelid
    where index.indisunique
      and index.indexprs is null
      and index.indpred is null
      and not index.indisexclusion
) as rule
join pg_class as class on class.oid = rule.relation
join pg_namespace as namespace on namespace.oid = class.relnamespace
where namespace.nspname = @schema
  and class.relname = @table
order by rule.place, rule.name;
