-- The refused rows of a drop in one attempt, in the order of the file.
-- @run_id, @attempt, @drop_id.
select line_number, column_name, code, reason, raw_text
from etl.reject
where run_id = @run_id and attempt = @attempt and drop_id = @drop_id
order by line_number, id;
