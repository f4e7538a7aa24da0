-- The first refused rows of each feed of an attempt, without their text.
select feed, line_number, column_name, reason
from (
    select feed, line_number, column_name, reason, pg_catalog.row_number() over (partition by feed order by line_number, id) as nth
    from etl.reject
    where run_id = @run_id and attempt = @attempt
) as numbered
where nth <= 10
order by feed, nth;
