-- A notice could not be sent and stays in the outbox.
update etl.notification
set attempts = attempts + 1, last_error = @error
where id = @id and sent_at is null;
