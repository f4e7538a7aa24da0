-- A worker was stopped, and says so: nobody need wait until it counts as silent. @name, @pipeline.
update etl.worker
set seen_at = pg_catalog.clock_timestamp(), stopped_at = pg_catalog.clock_timestamp()
where name = @name and pipeline = @pipeline;
