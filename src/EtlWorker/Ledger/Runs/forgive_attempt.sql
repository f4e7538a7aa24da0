-- An attempt that a stop of the worker, or a ledger out of reach, ended before its commit: it does not count. Once an attempt.
update etl.run
set first_attempt = first_attempt + 1
where id = @id and attempt = @attempt and state = 'claimed' and first_attempt <= attempt;
