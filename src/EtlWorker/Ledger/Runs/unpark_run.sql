-- A person lets a parked run be delivered again. No row: it is not parked.
update etl.run
set error = null, reason = @reason
where id = @id and attempt = @attempt and state = 'committed' and error is not null
returning id;
