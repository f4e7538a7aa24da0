-- A claimed drop whose object is not there any more. Idempotent.
update etl.drop
set disposition = 'gone', reason = @reason, run_id = null
where id = @id and disposition = 'claimed';
