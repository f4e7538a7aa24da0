-- Which dates have their event-driven run, how far it came, and whether it was ever committed, though it is made again.
select run_date, state, committed_at is not null
from etl.run
where pipeline = @pipeline and origin = 'event'
order by run_date;
