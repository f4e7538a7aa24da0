-- The notice of drops excluded alike that is still to be sent, and that nobody is sending now; locked until the transaction ends.
-- @pipeline, @kind.
select id, run_date, drop_ids
from etl.notification
where pipeline = @pipeline and kind = @kind and drop_ids is not null and sent_at is null
order by id desc
limit 1
for update skip locked;
