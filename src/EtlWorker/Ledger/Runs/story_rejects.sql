-- The first refused rows of each feed of an attempt, without their text, and the key of the file of each.
select numbered.feed, numbered.line_number, numbered.column_name, numbered.reason, source.key
from (
    select feed, line_number, column_name, reason, drop_id,
        pg_catalog.row_number() over (partition by feed order by drop_id, line_number, id) as nth
    from etl.reject
    where run_id = @run_id and attempt = @attempt
) as numbered
left join etl.drop as source on source.id = numbered.drop_id
where numbered.nth <= 10
order by numbered.feed, numbered.nth;
