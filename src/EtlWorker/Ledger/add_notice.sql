-- Puts a notice into the outbox, within the caller's transaction.
insert into etl.notification (pipeline, run_id, run_date, kind, subject, body, created_at)
values (@pipeline, @run_id::bigint, @run_date::date, @kind, @subject, @body, @now);
