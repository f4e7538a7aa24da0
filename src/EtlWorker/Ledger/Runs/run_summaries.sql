-- Which dates have their event-driven run, how far it came, and whether it was ever committed, though it is made again.
-- Of a time when the program read 0001-01-01 and 9999-12-31 as infinite dates.
select case run_date when '-infinity' then '0001-01-01' when 'infinity' then '9999-12-31' else run_date end, state, committed_at is not null
from etl.run
where pipeline = @pipeline and origin = 'event'
order by run_date;
