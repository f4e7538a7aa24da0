-- Another worker goes on with the delivery of a committed run, which is reported once of each. No row: somebody else changed it.
update etl.run
set worker = @worker, warnings = case when @warning = any(warnings) then warnings else warnings || @warning end
where id = @id and attempt = @attempt and state = 'committed'
returning *;
