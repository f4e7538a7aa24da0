-- What is still to be said, oldest first.
select id, run_id, run_date, kind, subject, body
from etl.notification
where pipeline = @pipeline and sent_at is null
order by id;
