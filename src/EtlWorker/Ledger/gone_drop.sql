-- A drop whose object is not there any more, before it was loaded. Idempotent.
update etl.drop
set disposition = 'gone', reason = @reason, run_id = null
where id = @id and disposition in ('claimed', 'pending', 'held', 'failed', 'superseded');
