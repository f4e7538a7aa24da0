-- Whether this session is still the one that took the pipeline's lock, and the engine really locks: some take the function and do nothing.
select exists (
    select
    from pg_catalog.pg_locks
    where locktype = 'advisory' and granted and pid = pg_catalog.pg_backend_pid()
);
