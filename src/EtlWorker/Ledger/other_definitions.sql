-- The newest definition of each other pipeline, by its runs and by the workers that were seen.
select distinct on (used.pipeline) kept.document, kept.sql::text
from (
    select run.pipeline, run.definition_hash, run.claimed_at as at from etl.run
    union all
    select worker.pipeline, worker.definition_hash, worker.seen_at from etl.worker
) as used
join etl.definition as kept on kept.hash = used.definition_hash
where used.pipeline <> @pipeline
order by used.pipeline, used.at desc;
