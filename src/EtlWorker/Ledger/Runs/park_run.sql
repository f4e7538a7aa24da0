-- A committed run whose results cannot be delivered: workers leave it alone from now on. No row: the run was taken over.
update etl.run
set error = @error, passing_since = null, passing_at = null, passing_point = null
where id = @id and attempt = @attempt and state = 'committed'
returning id;
