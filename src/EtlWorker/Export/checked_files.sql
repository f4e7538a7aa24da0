-- The checks of which a run has written rows, or must write some: whether this attempt has any. @run_id, @attempt.
select check_name, pg_catalog.bool_or(attempt = @attempt)
from etl.check_row
where run_id = @run_id
group by check_name
order by check_name;
