-- A batch of refused rows of one attempt; arrays of equal length. Not idempotent: an attempt is never repeated.
insert into etl.reject (run_id, attempt, feed, line_number, column_name, code, reason, raw_text)
select @run_id, @attempt, @feed, row.line_number, row.column_name, row.code, row.reason, row.raw_text
from unnest(@line_numbers::bigint[], @column_names::text[], @codes::text[], @reasons::text[], @raw_texts::text[])
    as row (line_number, column_name, code, reason, raw_text);
