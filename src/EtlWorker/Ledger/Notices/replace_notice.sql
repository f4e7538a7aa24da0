-- A notice that is still to be sent reports more drops. The caller holds its lock.
update etl.notification
set run_date = @run_date, subject = @subject, body = @body, drop_ids = @drop_ids
where id = @id and sent_at is null;
