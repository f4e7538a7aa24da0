-- Exports are in place. No row: the run was taken over.
update etl.run
set state = 'succeeded', ended_at = @now
where id = @id and attempt = @attempt and state = 'committed'
returning id;
