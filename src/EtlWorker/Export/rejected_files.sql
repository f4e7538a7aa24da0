-- The files of refused rows that a run has written or must write: of each, the last attempt that had rows for it.
-- @run_id.
select feed, number, attempt, drop_id, header, field_count
from (
    select
        numbered.*,
        pg_catalog.row_number() over (partition by feed, number order by attempt desc) as age
    from (
        select
            file.*,
            pg_catalog.row_number() over (partition by file.attempt, file.feed order by file.drop_id)::integer as number
        from etl.rejected_file as file
        where file.run_id = @run_id
    ) as numbered
) as aged
where age = 1
order by feed, number;
