-- Waits for the pipeline's session lock, as long as the session's lock_timeout allows.
select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended('etlworker:run:' || @pipeline, 0));
