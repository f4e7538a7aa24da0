-- The newest run of a command that is loaded, and whose results could not be delivered.
select *
from etl.run
where pipeline = @pipeline and origin = 'manual' and state = 'committed' and error is not null
order by id desc
limit 1;
