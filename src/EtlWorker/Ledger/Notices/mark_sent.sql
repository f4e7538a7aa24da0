-- A notice is out. Idempotent.
update etl.notification
set sent_at = @now, message_id = @message_id, attempts = attempts + 1, last_error = null
where id = @id and sent_at is null;
