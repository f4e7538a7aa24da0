-- Since when each pipeline has work: its unfinished run, or the oldest drop that waits. @pipelines: their names.
select named.pipeline, least(
    (
        select pg_catalog.min(unfinished.claimed_at)
        from etl.run as unfinished
        where unfinished.pipeline = named.pipeline and unfinished.state in ('claimed', 'committed')
    ),
    (
        select pg_catalog.min(waiting.event_time)
        from etl.drop as waiting
        where waiting.pipeline = named.pipeline and waiting.disposition = 'pending'
    )) as since
from pg_catalog.unnest(@pipelines::pg_catalog.text[]) as named (pipeline);
