-- Gives the batch's drops to its run; of some triggers and feeds drops that were excluded are among them.
-- @parts: snapshots of which a change reads every part, loaded ones included.
-- Fewer rows than ids: the caller rolls the claim back.
update etl.drop
set disposition = 'claimed', run_id = @run_id, reason = null
where id = any(@ids) and (disposition in ('pending', 'held', 'failed', 'superseded') or (disposition = 'loaded' and feed = any(@parts)));
