-- Exports are in place. No row: the run was taken over.
update etl.run
set state = 'succeeded', ended_at = @now,
    passing_since = null, passing_at = null, passing_point = null
where id = @id and attempt = @attempt and state = 'committed'
returning id;
