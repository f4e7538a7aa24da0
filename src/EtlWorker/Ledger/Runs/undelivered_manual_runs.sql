-- The runs of commands that are loaded, and whose results are not delivered: given up, or left. Oldest first.
select *
from etl.run
where pipeline = @pipeline and origin = 'manual' and state = 'committed'
order by id;
