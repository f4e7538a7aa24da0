-- The temporary fault that ended an attempt before its commit. Idempotent.
update etl.run
set error = @error
where id = @id and attempt = @attempt and state = 'claimed';
