-- A further attempt of a run that was left before its commit. No row: somebody else changed it.
update etl.run
set attempt = attempt + 1, worker = @worker, warnings = warnings || @warnings
where id = @id and attempt = @attempt and state = 'claimed'
returning *;
