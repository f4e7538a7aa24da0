-- The kept rows of a check in one attempt, in the order in which it gave them. @run_id, @attempt, @check_name.
select row_number, is_cut, content
from etl.check_row
where run_id = @run_id and attempt = @attempt and check_name = @check_name
order by row_number;
