-- A further attempt of a run that was left before its commit. No row: somebody else changed it.
update etl.run
set attempt = attempt + 1, worker = @worker, warnings = warnings || @warnings
where id = @id and attempt = @attempt and state = 'claimed'
returning id, pipeline, run_date, as_of, state, attempt, first_attempt, definition_hash, worker, claimed_at, committed_at,
    warnings, error, reason, passing_since;
