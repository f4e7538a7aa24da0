-- The next notice that is still to be sent, which no other worker is sending now; locked until the transaction ends.
-- @pipeline; @after: the last one that was looked at; @now: one that is due later waits for more to tell.
select id, run_id, run_date, kind, subject, body
from etl.notification
where pipeline = @pipeline and sent_at is null and id > @after and (due_at is null or due_at <= @now)
order by id
limit 1
for update skip locked;
