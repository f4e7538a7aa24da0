-- A person lets a parked run be delivered again, by a definition of the same analyses. No row: it is not parked.
update etl.run
set error = null, reason = @reason, definition_hash = @definition_hash
where id = @id and attempt = @attempt and state = 'committed' and error is not null
returning id;
