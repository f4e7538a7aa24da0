-- The run that has begun and not ended, nor been given up after its commit; the pipeline's lock makes sure that nobody is at work on it.
select *
from etl.run
where pipeline = @pipeline and (state = 'claimed' or (state = 'committed' and error is null))
order by id
limit 1;
