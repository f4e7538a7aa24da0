-- Another worker goes on with the delivery of a committed run, which is told once of each. No row: somebody else changed it.
update etl.run
set worker = @worker, warnings = case when @warning = any(warnings) then warnings else warnings || @warning end
where id = @id and attempt = @attempt and state = 'committed'
returning id, pipeline, run_date, as_of, state, attempt, first_attempt, definition_hash, worker, claimed_at, committed_at,
    warnings, error, reason, passing_since;
