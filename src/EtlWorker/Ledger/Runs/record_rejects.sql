-- A batch of refused rows of one drop in one attempt, and the header that they belong to; arrays of equal length.
-- @again: nobody knows whether the batch was written. It is written whole or not at all, and no two batches of a drop have the same
-- row, so one row that is there says that all are.
with file as (
    insert into etl.rejected_file (run_id, attempt, drop_id, feed, header, field_count)
    values (@run_id, @attempt, @drop_id, @feed, @header, @field_count)
    on conflict (run_id, attempt, drop_id) do nothing
)
insert into etl.reject (run_id, attempt, feed, drop_id, line_number, column_name, code, reason, raw_text)
select @run_id, @attempt, @feed, @drop_id, row.line_number, row.column_name, row.code, row.reason, row.raw_text
from rows from (
    pg_catalog.unnest(@line_numbers::bigint[]), pg_catalog.unnest(@column_names::text[]), pg_catalog.unnest(@codes::text[]),
    pg_catalog.unnest(@reasons::text[]), pg_catalog.unnest(@raw_texts::text[])
) as row (line_number, column_name, code, reason, raw_text)
where not @again
   or not exists (
       select from etl.reject as written
       where written.run_id = @run_id and written.attempt = @attempt and written.drop_id = @drop_id
         and written.line_number = any(@line_numbers)
   );
