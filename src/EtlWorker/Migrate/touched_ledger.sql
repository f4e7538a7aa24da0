-- A table or view of the ledger that this transaction has written to or changed, if there is one: what this session has not yet reported of
-- its writes, and what its transaction has made or altered. The session has done nothing else.
select touched.name
from (
    select counted.relname::text as name
    from pg_catalog.pg_stat_xact_all_tables as counted
    where counted.schemaname = 'etl' and counted.n_tup_ins + counted.n_tup_upd + counted.n_tup_del > 0
    union all
    select made.relname::text
    from pg_catalog.pg_class as made
    where made.relnamespace = pg_catalog.to_regnamespace('etl')
        and made.xmin::text = pg_catalog.pg_current_xact_id()::xid::text
) as touched
limit 1;
