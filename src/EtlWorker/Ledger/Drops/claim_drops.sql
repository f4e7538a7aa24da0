-- Gives the batch's drops to its run; of some triggers and feeds drops that were excluded are among them.
-- @parts: snapshots of which a change reads every part, loaded ones included.
-- @kept: those to which the run gives back what it took where it fails: they are then what they were.
-- Fewer rows than ids: the caller rolls the claim back.
update etl.drop
set disposition = 'claimed', run_id = @run_id, reason = null,
    former_disposition = case when id = any(@kept) then disposition else former_disposition end
where id = any(@ids) and (disposition in ('pending', 'held', 'failed', 'superseded') or (disposition = 'loaded' and feed = any(@parts)));
