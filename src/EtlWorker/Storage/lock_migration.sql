-- One migration at a time, whatever the number of workers; released with the transaction.
select pg_advisory_xact_lock(hashtextextended('etlworker:migrate', 0));
