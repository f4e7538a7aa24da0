-- Takes the pipeline's session lock if it is free; twice on one session counts twice.
select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('etlworker:run:' || @pipeline, 0));
