-- What a check found in one attempt, and the first of its rows (@contents, @cuts: of equal length). May be carried out twice.
-- The rows of the pipeline's other runs that were checked last more than 90 days ago go: they are rows of the company's, and nobody needs
-- them any more. A run of an old date may be retried today.
with expired as (
    delete from etl.check_row as kept
    using etl.run as run
    where run.id = kept.run_id and run.pipeline = @pipeline and run.id <> @run_id
      and not exists (
          select
          from etl.run_check as lately
          where lately.run_id = run.id and lately.checked_at >= @now - interval '90 days'
      )
), checked as (
    insert into etl.run_check (run_id, attempt, check_name, verdict, rows_found, rows_of, checked_at)
    values (@run_id, @attempt, @check_name, @verdict, @rows_found, @rows_of, @now)
    on conflict (run_id, attempt, check_name) do nothing
)
insert into etl.check_row (run_id, attempt, check_name, row_number, content, is_cut)
select @run_id, @attempt, @check_name, row.number, row.content, row.is_cut
from rows from (pg_catalog.unnest(@contents::text[]), pg_catalog.unnest(@cuts::boolean[]))
    with ordinality as row (content, is_cut, number)
on conflict (run_id, attempt, check_name, row_number) do nothing;
