-- Gives the batch's drops to its run. Fewer rows than ids: the caller rolls the claim back.
update etl.drop
set disposition = 'claimed', run_id = @run_id
where id = any(@ids) and disposition = 'pending';
