-- One migration at a time, whatever the number of workers; released with the transaction.
select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('etlworker:migrate', 0));
