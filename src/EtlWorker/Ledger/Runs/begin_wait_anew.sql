-- Nothing was tried for a while, because the ledger was out of reach or no worker was there: the run's patience begins anew. Idempotent.
-- @id; @anew: the caller knows it; else it shows by the time since the last fault, which is longer than the longest pause.
update etl.run
set passing_since = null, passing_at = null, passing_point = null
where id = @id and passing_at is not null and (@anew or passing_at < pg_catalog.clock_timestamp() - interval '3 minutes');
