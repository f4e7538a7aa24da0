-- A worker has started, or goes on with another definition. Idempotent. Returns the database's time.
-- @name: host and process id; @pipeline; @definition_hash: kept before; @version: the program's.
insert into etl.worker (name, pipeline, definition_hash, version, started_at, seen_at)
values (@name, @pipeline, @definition_hash, @version, pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp())
on conflict (name, pipeline) do update
set definition_hash = excluded.definition_hash, version = excluded.version, seen_at = excluded.seen_at, stopped_at = null
returning seen_at;
