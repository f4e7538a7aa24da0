-- One recorder of a key at a time, whatever the number of workers; released with the transaction.
-- Without a version id, identity is a time within five minutes, which no unique index can hold.
-- @key: pipeline, bucket and key.
select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(@key, 1));
