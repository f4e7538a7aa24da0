-- The checks of an attempt that did not pass: what each found, and how many of its rows are kept. @run_id, @attempt.
select found.check_name, found.verdict, found.rows_found,
    (
        select pg_catalog.count(*)
        from etl.check_row as kept
        where kept.run_id = found.run_id and kept.attempt = found.attempt and kept.check_name = found.check_name
    )
from etl.run_check as found
where found.run_id = @run_id and found.attempt = @attempt and found.verdict <> 'passed'
order by found.checked_at, found.check_name;
