-- A drop whose object is not there any more, before it was loaded; one that its run had loaded before stays the run's own. Idempotent.
update etl.drop
set disposition = 'gone', reason = @reason, run_id = case when former_disposition = 'loaded' then run_id end
where id = @id and disposition in ('claimed', 'pending', 'held', 'failed', 'superseded');
