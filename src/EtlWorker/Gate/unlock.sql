-- Gives the pipeline's session lock back.
select pg_advisory_unlock(hashtextextended('etlworker:run:' || @pipeline, 0));
