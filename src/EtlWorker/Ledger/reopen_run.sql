-- A person has an ended run made again; the next attempt is the first that counts. No row: it is not ended.
-- When it was committed stays: the tables hold that until another commit.
update etl.run
set state = 'claimed', first_attempt = attempt + 1, reason = @reason, definition_hash = @definition_hash, as_of = @as_of,
    error = null, warnings = @warnings, ended_at = null,
    passing_since = null, passing_at = null, passing_point = null
where id = @id and attempt = @attempt and state in ('failed', 'succeeded')
returning id;
