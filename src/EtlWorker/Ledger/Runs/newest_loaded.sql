-- The newest run date that was ever committed, though it may be made again or have failed then; null before the first.
select pg_catalog.max(run_date)
from etl.run
where pipeline = @pipeline and origin = 'event' and committed_at is not null;
