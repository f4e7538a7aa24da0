-- Which dates have their event-driven run, and how far it came.
select run_date, state
from etl.run
where pipeline = @pipeline and origin = 'event'
order by run_date;
