-- What a table asks of its rows beyond their types: CHECK constraints, foreign keys and unique keys, in that order, so
-- that of two rows with one key the first that is good is kept.
-- @schema, @table: unquoted names; @judged: the deferred constraints that are asked for all the same.
-- Keys are compared as the table does: by the foreign key's own operators, and by that of the index's operator class; where a column
-- has another type or collation than they compare, by its form: what is written behind its name. An operator that is NULL says that
-- a key cannot be asked for.
-- Left out, since the table itself judges them row by row: exclusion constraints, unique indexes with expressions or
-- conditions, temporal and initially deferred foreign keys, whatever is not enforced.
with compared as (
    select
        con.oid as rule,
        place.ordinality as place,
        own.attname::text as own_name,
        own.atttypid as own_type,
        referred.attname::text as foreign_name,
        referred.atttypid as foreign_type,
        con.conpfeqop[place.ordinality] as equal,
        case when own.attcollation <> referred.attcollation then referred.attcollation end as own_collation,
        null::oid as foreign_collation
    from pg_catalog.pg_constraint as con
    cross join lateral pg_catalog.unnest(con.conkey) with ordinality as place (number, ordinality)
    join pg_catalog.pg_attribute as own on own.attrelid = con.conrelid and own.attnum = place.number
    join pg_catalog.pg_attribute as referred on referred.attrelid = con.confrelid and referred.attnum = con.confkey[place.ordinality]
    where con.contype = 'f'
    union all
    select
        index.indexrelid,
        place.ordinality,
        own.attname::text,
        own.atttypid,
        own.attname::text,
        own.atttypid,
        -- Rows of one file are compared by their type alone: the index must mean the same.
        case when opclass.opcdefault or (op.oprnamespace = 'pg_catalog'::regnamespace and op.oprname = '=') then op.oid end,
        collation_of.index,
        collation_of.index
    from pg_catalog.pg_index as index
    cross join lateral pg_catalog.unnest(index.indkey) with ordinality as place (number, ordinality)
    join pg_catalog.pg_attribute as own on own.attrelid = index.indrelid and own.attnum = place.number
    join pg_catalog.pg_opclass as opclass on opclass.oid = index.indclass[place.ordinality - 1]
    -- Equality is the third strategy of btree, which alone is unique.
    left join pg_catalog.pg_amop as member
        on member.amopfamily = opclass.opcfamily
        and member.amoplefttype = opclass.opcintype
        and member.amoprighttype = opclass.opcintype
        and member.amopstrategy = 3
    left join pg_catalog.pg_operator as op on op.oid = member.amopopr
    cross join lateral (
        select case when own.attcollation <> index.indcollation[place.ordinality - 1] then index.indcollation[place.ordinality - 1] end
    ) as collation_of (index)
    where index.indisunique
      and place.ordinality <= index.indnkeyatts
), worded as (
    select
        compared.rule,
        compared.place,
        compared.own_name,
        compared.foreign_name,
        'operator(' || pg_catalog.quote_ident(op_space.nspname::text) || '.' || op.oprname::text || ')' as operator,
        -- What any array or any enum is compared by is no type to cast to.
        case when compared.own_type <> op.oprright and right_type.typtype <> 'p'
            then '::' || pg_catalog.quote_ident(right_space.nspname::text) || '.' || pg_catalog.quote_ident(right_type.typname::text)
            else '' end
        || coalesce((
            select ' collate ' || pg_catalog.quote_ident(space.nspname::text) || '.' || pg_catalog.quote_ident(coll.collname::text)
            from pg_catalog.pg_collation as coll
            join pg_catalog.pg_namespace as space on space.oid = coll.collnamespace
            where coll.oid = compared.own_collation
        ), '') as own_form,
        case when compared.foreign_type <> op.oprleft and left_type.typtype <> 'p'
            then '::' || pg_catalog.quote_ident(left_space.nspname::text) || '.' || pg_catalog.quote_ident(left_type.typname::text)
            else '' end
        || coalesce((
            select ' collate ' || pg_catalog.quote_ident(space.nspname::text) || '.' || pg_catalog.quote_ident(coll.collname::text)
            from pg_catalog.pg_collation as coll
            join pg_catalog.pg_namespace as space on space.oid = coll.collnamespace
            where coll.oid = compared.foreign_collation
        ), '') as foreign_form
    from compared
    left join pg_catalog.pg_operator as op on op.oid = compared.equal
    left join pg_catalog.pg_namespace as op_space on op_space.oid = op.oprnamespace
    left join pg_catalog.pg_type as left_type on left_type.oid = op.oprleft
    left join pg_catalog.pg_namespace as left_space on left_space.oid = left_type.typnamespace
    left join pg_catalog.pg_type as right_type on right_type.oid = op.oprright
    left join pg_catalog.pg_namespace as right_space on right_space.oid = right_type.typnamespace
), keys as (
    select
        rule,
        pg_catalog.array_agg(own_name order by place) as own_names,
        pg_catalog.array_agg(foreign_name order by place) as foreign_names,
        pg_catalog.array_agg(operator order by place) as operators,
        pg_catalog.array_agg(own_form order by place) as own_forms,
        pg_catalog.array_agg(foreign_form order by place) as foreign_forms
    from worded
    group by rule
)
select
    rule.kind, rule.name, rule.expression, rule.columns, rule.foreign_schema, rule.foreign_table, rule.foreign_columns,
    rule.nulls_equal, rule.operators, rule.own_forms, rule.foreign_forms
from (
    select
        case con.contype when 'c' then 'check' else 'foreign key' end as kind,
        con.conname::text as name,
        pg_catalog.pg_get_expr(con.conbin, con.conrelid) as expression,
        (
            select pg_catalog.array_agg(att.attname::text order by place.ordinality)
            from pg_catalog.unnest(con.conkey) with ordinality as place (number, ordinality)
            join pg_catalog.pg_attribute as att on att.attrelid = con.conrelid and att.attnum = place.number
        ) as columns,
        foreign_space.nspname::text as foreign_schema,
        foreign_class.relname::text as foreign_table,
        keys.foreign_names as foreign_columns,
        false as nulls_equal,
        keys.operators,
        keys.own_forms,
        keys.foreign_forms,
        con.conrelid as relation,
        case con.contype when 'c' then 1 else 2 end as place
    from pg_catalog.pg_constraint as con
    left join keys on keys.rule = con.oid
    left join pg_catalog.pg_class as foreign_class on foreign_class.oid = con.confrelid
    left join pg_catalog.pg_namespace as foreign_space on foreign_space.oid = foreign_class.relnamespace
    where con.contype in ('c', 'f')
      and (not con.condeferred or con.conname = any(@judged))
      -- Columns of newer servers: PostgreSQL 18 has constraints that are not enforced, and temporal ones.
      and coalesce((pg_catalog.to_jsonb(con) ->> 'conenforced')::boolean, true)
      and not coalesce((pg_catalog.to_jsonb(con) ->> 'conperiod')::boolean, false)
    union all
    select
        'unique key',
        class.relname::text,
        null,
        keys.own_names,
        null,
        null,
        null,
        -- PostgreSQL 15: a unique key to which two NULLs are equal.
        coalesce((pg_catalog.to_jsonb(index) ->> 'indnullsnotdistinct')::boolean, false),
        keys.operators,
        keys.own_forms,
        keys.foreign_forms,
        index.indrelid,
        3
    from pg_catalog.pg_index as index
    join pg_catalog.pg_class as class on class.oid = index.indexrelid
    join keys on keys.rule = index.indexrelid
    where index.indisunique
      -- One that is not valid is enforced once it is ready.
      and index.indisready
      and index.indexprs is null
      and index.indpred is null
      and not index.indisexclusion
) as rule
join pg_catalog.pg_class as class on class.oid = rule.relation
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
where namespace.nspname = @schema
  and class.relname = @table
order by rule.place, rule.name;
