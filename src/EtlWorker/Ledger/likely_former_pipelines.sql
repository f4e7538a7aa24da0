-- Other pipelines of this ledger that filled one of these tables, as long as this one has no run: it may have had another name, or have it
-- now. With each how many dates it ran, how many drops wait, whether it filled one of those that add up, and has a worker that is alive.
-- @pipeline; @tables: as definitions name them; @incremental: those of them whose rows add up; @silent_after.
select
    other.pipeline,
    pg_catalog.count(*),
    (
        select pg_catalog.count(*) from etl.drop as waiting
        where waiting.pipeline = other.pipeline and waiting.disposition in ('pending', 'held', 'failed')
            and waiting.source <> 'manual'
    ),
    pg_catalog.bool_or(exists (
        select from pg_catalog.unnest(@incremental::text[]) as added (name)
        where pg_catalog.strpos(definition.document, '"' || added.name || '"') > 0
    )),
    exists (
        select from etl.worker as alive
        where alive.pipeline = other.pipeline and alive.stopped_at is null
            and alive.seen_at > pg_catalog.clock_timestamp() - @silent_after::pg_catalog.interval
    )
from etl.run as other
join etl.definition on definition.hash = other.definition_hash
where other.pipeline <> @pipeline
  and other.origin = 'event'
  and other.committed_at is not null
  and exists (
      select from pg_catalog.unnest(@tables::text[]) as filled (name)
      where pg_catalog.strpos(definition.document, '"' || filled.name || '"') > 0
  )
  and not exists (select from etl.run as own where own.pipeline = @pipeline and own.origin = 'event')
group by other.pipeline
order by other.pipeline;
