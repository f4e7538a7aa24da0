-- Whether this session holds the pipeline's lock. Some engines take the function and do nothing, a pooler may have changed the session,
-- and SQL of the definition or a trigger may have freed it. @pipeline: its name.
select exists (
    select
    from pg_catalog.pg_locks as held
    cross join (select pg_catalog.hashtextextended('etlworker:run:' || @pipeline, 0) as key) as wanted
    where held.locktype = 'advisory'
      and held.granted
      and held.pid = pg_catalog.pg_backend_pid()
      and held.objsubid = 1
      and held.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
      and held.classid::pg_catalog.int8 = ((wanted.key >> 32) & 4294967295)
      and held.objid::pg_catalog.int8 = (wanted.key & 4294967295)
);
