-- A worker is alive. No row: it is not registered yet, or with another definition. Shows also that the ledger can be written.
-- @name, @pipeline, @definition_hash. Returns the database's time.
update etl.worker
set seen_at = pg_catalog.clock_timestamp()
where name = @name and pipeline = @pipeline and definition_hash = @definition_hash and stopped_at is null
returning seen_at;
