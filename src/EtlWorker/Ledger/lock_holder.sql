-- Who holds a pipeline's session lock, if anybody does.
-- @pipeline; @worker: the worker that asks. The last column: whether another worker, which was seen lately, has a run of the pipeline, or
-- a command is at work.
select
    held.pid,
    coalesce(holder.usename::pg_catalog.text, '?'),
    coalesce(nullif(holder.application_name, ''), '?'),
    coalesce(pg_catalog.host(holder.client_addr), 'this machine'),
    holder.backend_start,
    coalesce(
        holder.application_name in ('etlworker run', 'etlworker plan')
            and (holder.state = 'active' or holder.state_change > pg_catalog.clock_timestamp() - interval '2 minutes'),
        false
    ) or exists (
        select
        from etl.run as unfinished
        join etl.worker as alive on alive.name = unfinished.worker and alive.pipeline = unfinished.pipeline
        where unfinished.pipeline = @pipeline
          and unfinished.state in ('claimed', 'committed')
          and alive.name <> @worker
          and alive.seen_at > pg_catalog.clock_timestamp() - interval '2 minutes'
    )
from pg_catalog.pg_locks as held
left join pg_catalog.pg_stat_activity as holder on holder.pid = held.pid
cross join (select pg_catalog.hashtextextended('etlworker:run:' || @pipeline, 0) as key) as wanted
where held.locktype = 'advisory'
  and held.granted
  and held.objsubid = 1
  and held.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and held.classid::pg_catalog.int8 = ((wanted.key >> 32) & 4294967295)
  and held.objid::pg_catalog.int8 = (wanted.key & 4294967295);
