-- A drop whose object is not there any more, before it was loaded; one that a run had loaded before stays that run's own, such as an
-- unchanged part of a snapshot. Idempotent.
update etl.drop
set disposition = 'gone', reason = @reason, run_id = case when 'loaded' in (disposition, former_disposition) then run_id end
where id = @id and disposition in ('claimed', 'pending', 'held', 'failed', 'superseded', 'loaded');
