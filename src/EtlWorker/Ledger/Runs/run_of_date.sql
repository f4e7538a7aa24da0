-- The event-driven run of a date.
select *
from etl.run
where pipeline = @pipeline and run_date = @run_date and origin = 'event';
