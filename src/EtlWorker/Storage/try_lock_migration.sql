-- As lock_migration, without waiting: whether it is this transaction's now.
select pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('etlworker:migrate', 0));
